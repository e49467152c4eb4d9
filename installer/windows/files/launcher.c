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

/* argv[0] is this program; what is frozen starts its children by --child (app/processes/launch.py). */
static wchar_t *const START[] = {
    L"-X", L"utf8", L"-c",
    L"import sys; sys.frozen = True; del sys.argv[0]; "
    L"from app.__main__ import main; sys.exit(main())"};
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

  HMODULE python = LoadLibraryExW(library, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (python == NULL) return fail(L"python313.dll was not found beside the program: install it anew.\n");
  python_main start = (python_main)(void *)GetProcAddress(python, "Py_Main");
  if (start == NULL) return fail(L"python313.dll is damaged: install the program anew.\n");

  int count;
  wchar_t **given = CommandLineToArgvW(GetCommandLineW(), &count);
  wchar_t **words = given == NULL ? NULL
      : HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, (count + STARTS + 3) * sizeof *words);
  if (words == NULL) return fail(L"Not enough memory.\n");
  int used = 0;
  words[used++] = here;
  for (unsigned each = 0; each < STARTS; each++) words[used++] = START[each];
  words[used++] = here;
  for (int each = 1; each < count; each++) words[used++] = given[each];
  return start(used, words);
}

#ifdef WINDOW
int WINAPI wWinMain(HINSTANCE a, HINSTANCE b, LPWSTR c, int d) {
  (void)a, (void)b, (void)c, (void)d;
  return run();
}
#else
int wmain(void) { return run(); }
#endif
