/* roscherk.exe and roscherk-window.exe: CPython under the program's name.
 *
 * Built twice: for the console (commands), and for the window, which has no console of its own.
 * Everything is loaded by its full path; the current folder is never searched for libraries. */
#include <windows.h>
#include <shellapi.h>

#define PYTHON L"python313.dll"
/* Several hundred thousand characters is more than a command line of Windows can hold. */
#define ROOM 32768

typedef int(__cdecl *python_main)(int, wchar_t **);

/* A module of the folder, no -c: for that this CPython calls what its library names differently. */
static wchar_t *const START[] = {L"-X", L"utf8", L"-m", L"roscherk_start"};
#define STARTS (sizeof START / sizeof *START)

static int fail(const wchar_t *what) {
#ifdef WINDOW
  MessageBoxW(NULL, what, L"Росчерк", MB_ICONERROR);
#else
  DWORD written;
  WriteConsoleW(GetStdHandle(STD_ERROR_HANDLE), what, lstrlenW(what), &written, NULL);
#endif
  return 2;
}

/* A program of the window is started without streams, and CPython wants three. */
static void give_stream(DWORD which, DWORD access) {
  HANDLE given = GetStdHandle(which);
  if (given == NULL || given == INVALID_HANDLE_VALUE || GetFileType(given) == FILE_TYPE_UNKNOWN) {
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    SetStdHandle(which, CreateFileW(L"NUL", access, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                                    OPEN_EXISTING, 0, NULL));
  }
}

/* Explorer starts one process for each chosen file. With --gather the first of them waits a moment
 * for the others, which leave their file in memory that they share and end. */
#define GATHER L"--gather"
#define MOST_FILES 1000
#define PATIENCE 400 /* milliseconds without a new file */
#define TURN 5000    /* milliseconds at most for another process to write its line */

struct gathered {
  LONG closed, used, files;
  DWORD changed; /* GetTickCount of the newest file */
  wchar_t text[4 * 1024 * 1024];
};

/* Add the words after --gather to what others gathered; 1: this process goes on with all of them. */
static int gather(int count, wchar_t **given, struct gathered **result) {
  wchar_t name[96], lock_name[96];
  const wchar_t *verify = count > 2 && lstrcmpW(given[2], L"--verify") == 0 ? L"-verify" : L"";
  wsprintfW(name, L"Local\\roscherk-gather%s", verify);
  wsprintfW(lock_name, L"%s-lock", name);
  HANDLE lock = CreateMutexW(NULL, FALSE, lock_name);
  if (lock == NULL || WaitForSingleObject(lock, TURN) == WAIT_TIMEOUT) return 1;
  HANDLE memory = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0,
                                     sizeof(struct gathered), name);
  BOOL first = GetLastError() != ERROR_ALREADY_EXISTS;
  struct gathered *all = memory == NULL ? NULL : MapViewOfFile(memory, FILE_MAP_WRITE, 0, 0, 0);
  /* Without memory, after the first has gone on, or when it is full: a window of one's own. */
  LONG room = sizeof all->text / sizeof *all->text;
  LONG wanted = count > 2 ? lstrlenW(given[count - 1]) + 1 : 0;
  if (all == NULL || all->closed || wanted == 0 || all->used + wanted >= room ||
      all->files >= MOST_FILES) {
    ReleaseMutex(lock);
    return 1;
  }
  lstrcpyW(all->text + all->used, given[count - 1]);
  all->used += wanted;
  all->files++;
  all->changed = GetTickCount();
  ReleaseMutex(lock);
  if (!first) return 0;
  while (GetTickCount() - *(volatile DWORD *)&all->changed < PATIENCE) Sleep(20);
  if (WaitForSingleObject(lock, TURN) == WAIT_TIMEOUT) return 1;
  all->closed = 1;
  ReleaseMutex(lock);
  /* Its name goes with its last handle: the next choice begins anew. */
  CloseHandle(memory);
  *result = all;
  return 1;
}

static int run(void) {
  static wchar_t here[ROOM], library[ROOM];
  DWORD length = GetModuleFileNameW(NULL, here, ROOM);
  if (length == 0 || length >= ROOM - 32) return fail(L"The folder of the program has too long a name.\n");
  wchar_t *name = here + length;
  while (name > here && name[-1] != L'\\') name--;
  lstrcpynW(library, here, (int)(name - here) + 1);
  lstrcatW(library, PYTHON);

  SetDllDirectoryW(L"");
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
  give_stream(STD_INPUT_HANDLE, GENERIC_READ);
  give_stream(STD_OUTPUT_HANDLE, GENERIC_WRITE);
  give_stream(STD_ERROR_HANDLE, GENERIC_WRITE);

  int count;
  wchar_t **given = CommandLineToArgvW(GetCommandLineW(), &count);
  if (given == NULL) return fail(L"Not enough memory.\n");
  struct gathered *all = NULL;
  int first = 1;
  if (count > 1 && lstrcmpW(given[1], GATHER) == 0) {
    if (!gather(count, given, &all)) return 0;
    first = 2;
  }
  wchar_t **words = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY,
                              (count + MOST_FILES + STARTS + 3) * sizeof *words);
  if (words == NULL) return fail(L"Not enough memory.\n");
  int used = 0;
  words[used++] = here;
  for (unsigned each = 0; each < STARTS; each++) words[used++] = START[each];
  /* What was gathered takes the place of the one file, which is among it. */
  int last = all == NULL ? count : count - 1;
  for (int each = first; each < last; each++) words[used++] = given[each];
  if (all != NULL) {
    for (LONG place = 0; place < all->used;) {
      words[used++] = all->text + place;
      place += lstrlenW(all->text + place) + 1;
    }
  }
#ifdef TELL /* for prove.sh: what CPython would be given */
  for (int each = STARTS + 1; each < used; each++) {
    char line[4 * ROOM];
    int length = WideCharToMultiByte(CP_UTF8, 0, words[each], -1, line, sizeof line - 1, NULL, NULL);
    if (length > 0) line[length - 1] = '\n';
    DWORD written;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), line, length, &written, NULL);
  }
  return 0;
#else
  HMODULE python = LoadLibraryExW(library, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (python == NULL) return fail(L"python313.dll was not found beside the program: install it anew.\n");
  python_main start = (python_main)(void *)GetProcAddress(python, "Py_Main");
  if (start == NULL) return fail(L"python313.dll is damaged: install the program anew.\n");
  return start(used, words);
#endif
}

#ifdef WINDOW
int WINAPI wWinMain(HINSTANCE a, HINSTANCE b, LPWSTR c, int d) {
  (void)a, (void)b, (void)c, (void)d;
  return run();
}
#else
int wmain(void) { return run(); }
#endif
