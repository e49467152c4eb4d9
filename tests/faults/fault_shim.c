/* Preloaded into the program under test: counts its system calls that change files under one
 * folder, and at the N-th of them kills processes, or lets the call fail as a sick disk would; also
 * a clock that is wrong. What it does stands in a file that all processes of the program share
 * (`shim.py` has the same layout): a call of the program's worker counts like its own.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, OPEN = 4, RENAME = 8, UNLINK = 16, RESIZE = 32, MAKE = 64, MODE = 128, READ = 256 };
enum { NOTHING, KILL_CALLER, KILL_ALL, FAIL_ONCE, FAIL_ON };
enum { PIDS = 16 };

struct control {
    _Atomic int64_t count;
    int64_t target;
    int64_t action;
    int64_t error;
    int64_t kinds;
    int64_t half;      /* a write that is hit puts half of it down first */
    int64_t offset;    /* seconds that the clock is wrong by */
    int64_t jump_at;   /* the call at which it becomes wrong by `jump` */
    int64_t jump;
    int64_t no_links;  /* neither hard links nor renames that refuse a taken name */
    int64_t trace;     /* each counted call is told to a file beside this one */
    _Atomic int64_t hit;
    int64_t pids[PIDS];
    char root[1024];
};

static struct control *control;
static char trace[PATH_MAX];

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("ROSCHERK_TEST_FAULTS");
    if (!name) return;
    snprintf(trace, sizeof trace, "%s.trace", name);
    int file = (int)syscall(SYS_openat, AT_FDCWD, name, O_RDWR | O_CLOEXEC);
    if (file < 0) abort();
    void *found = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    syscall(SYS_close, file);
    if (found == MAP_FAILED) abort();
    control = found;
}

static int under(const char *path) {
    size_t length = strlen(control->root);
    return length && !strncmp(path, control->root, length);
}

static int full_path(int folder, const char *path, char *out) {
    char link[64];
    ssize_t length;
    if (path[0] == '/') return snprintf(out, PATH_MAX, "%s", path);
    if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    length = readlink(link, out, PATH_MAX / 2);
    if (length < 0) return -1;
    return (int)length + snprintf(out + length, PATH_MAX - length, "/%s", path);
}

static int of_descriptor(int file, char *out) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, out, PATH_MAX - 1);
    if (length < 0) return -1;
    out[length] = 0;
    return (int)length;
}

static void kill_all(void) {
    for (int i = 0; i < PIDS; i++)
        if (control->pids[i]) kill((pid_t)control->pids[i], SIGKILL);
}

static _Noreturn void die(int everybody) {
    if (everybody) kill_all();
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* Counts a call on a path; 0: go on, -1: it fails (errno is set), 1: half of it, then death. */
static int called(int kind, const char *name, const char *path) {
    if (!control || !(control->kinds & kind) || !under(path)) return 0;
    int64_t number = atomic_fetch_add(&control->count, 1) + 1;
    if (control->trace) {
        char line[PATH_MAX + 64];
        int length = snprintf(line, sizeof line, "%lld %s %s\n", (long long)number, name, path);
        int file = (int)syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_APPEND | O_CREAT, 0600);
        syscall(SYS_write, file, line, length);
        syscall(SYS_close, file);
    }
    if (control->jump_at && number == control->jump_at) control->offset = control->jump;
    if (!control->target) return 0;
    if (number < control->target) return 0;
    if (control->action == FAIL_ON) {
        atomic_store(&control->hit, 1);
        errno = (int)control->error;
        return -1;
    }
    if (number != control->target) return 0;
    atomic_store(&control->hit, 1);
    if (control->action == FAIL_ONCE) {
        errno = (int)control->error;
        return -1;
    }
    if (control->action == KILL_CALLER || control->action == KILL_ALL) {
        if (control->half && kind == WRITE) return 1;
        die(control->action == KILL_ALL);
    }
    return 0;
}

static int on_descriptor(int kind, const char *name, int file) {
    char path[PATH_MAX];
    if (!control || !(control->kinds & kind) || of_descriptor(file, path) < 0) return 0;
    return called(kind, name, path);
}

static int on_path(int kind, const char *name, int folder, const char *path) {
    char full[PATH_MAX];
    if (!control || !(control->kinds & kind) || !path || full_path(folder, path, full) < 0) return 0;
    return called(kind, name, full);
}

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int file, const void *data, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    int what = on_descriptor(WRITE, "write", file);
    if (what < 0) return -1;
    if (what) { real(file, data, size / 2); die(control->action == KILL_ALL); }
    return real(file, data, size);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
    int what = on_descriptor(WRITE, "pwrite", file);
    if (what < 0) return -1;
    if (what) { real(file, data, size / 2, at); die(control->action == KILL_ALL); }
    return real(file, data, size, at);
}
ssize_t pwrite(int file, const void *data, size_t size, off_t at) { return pwrite64(file, data, size, at); }

ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    int what = on_descriptor(WRITE, "writev", file);
    if (what < 0) return -1;
    if (what) die(control->action == KILL_ALL);
    return real(file, parts, count);
}

ssize_t sendfile64(int into, int from, off64_t *at, size_t size) {
    REAL(ssize_t, "sendfile64", int, int, off64_t *, size_t);
    int what = on_descriptor(WRITE, "sendfile", into);
    if (what < 0) return -1;
    if (what) { real(into, from, at, size / 2); die(control->action == KILL_ALL); }
    return real(into, from, at, size);
}
ssize_t sendfile(int into, int from, off_t *at, size_t size) { return sendfile64(into, from, at, size); }

ssize_t read(int file, void *data, size_t size) {
    REAL(ssize_t, "read", int, void *, size_t);
    return on_descriptor(READ, "read", file) < 0 ? -1 : real(file, data, size);
}

ssize_t pread64(int file, void *data, size_t size, off64_t at) {
    REAL(ssize_t, "pread64", int, void *, size_t, off64_t);
    return on_descriptor(READ, "pread", file) < 0 ? -1 : real(file, data, size, at);
}
ssize_t pread(int file, void *data, size_t size, off_t at) { return pread64(file, data, size, at); }

int fsync(int file) {
    REAL(int, "fsync", int);
    return on_descriptor(SYNC, "fsync", file) < 0 ? -1 : real(file);
}

int fdatasync(int file) {
    REAL(int, "fdatasync", int);
    return on_descriptor(SYNC, "fdatasync", file) < 0 ? -1 : real(file);
}

int ftruncate64(int file, off64_t size) {
    REAL(int, "ftruncate64", int, off64_t);
    return on_descriptor(RESIZE, "ftruncate", file) < 0 ? -1 : real(file, size);
}
int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

int posix_fallocate64(int file, off64_t at, off64_t size) {
    REAL(int, "posix_fallocate64", int, off64_t, off64_t);
    return on_descriptor(RESIZE, "fallocate", file) < 0 ? errno : real(file, at, size);
}
int posix_fallocate(int file, off_t at, off_t size) { return posix_fallocate64(file, at, size); }

static int opened(int folder, const char *path, int flags) {
    int changes = flags & (O_CREAT | O_WRONLY | O_RDWR | O_TRUNC);
    return on_path(changes ? OPEN : READ, "open", folder, path);
}

#define MODE_OF(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }

int openat64(int folder, const char *path, int flags, ...) {
    REAL(int, "openat64", int, const char *, int, ...);
    MODE_OF(flags)
    return opened(folder, path, flags) < 0 ? -1 : real(folder, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) { MODE_OF(flags) return openat64(folder, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return openat64(AT_FDCWD, path, flags, mode); }
int open(const char *path, int flags, ...) { MODE_OF(flags) return openat64(AT_FDCWD, path, flags, mode); }

int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    return on_path(RENAME, "rename", AT_FDCWD, to) < 0 ? -1 : real(from, to);
}

int renameat(int old, const char *from, int new, const char *to) {
    REAL(int, "renameat", int, const char *, int, const char *);
    return on_path(RENAME, "renameat", new, to) < 0 ? -1 : real(old, from, new, to);
}

int renameat2(int old, const char *from, int new, const char *to, unsigned flags) {
    REAL(int, "renameat2", int, const char *, int, const char *, unsigned);
    if (on_path(RENAME, "renameat2", new, to) < 0) return -1;
    if (control && control->no_links && flags) { errno = EINVAL; return -1; }
    return real(old, from, new, to, flags);
}

int link(const char *from, const char *to) {
    REAL(int, "link", const char *, const char *);
    if (on_path(RENAME, "link", AT_FDCWD, to) < 0) return -1;
    if (control && control->no_links) { errno = EPERM; return -1; }
    return real(from, to);
}

int linkat(int old, const char *from, int new, const char *to, int flags) {
    REAL(int, "linkat", int, const char *, int, const char *, int);
    if (on_path(RENAME, "linkat", new, to) < 0) return -1;
    if (control && control->no_links) { errno = EPERM; return -1; }
    return real(old, from, new, to, flags);
}

int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    return on_path(UNLINK, "unlink", AT_FDCWD, path) < 0 ? -1 : real(path);
}

int unlinkat(int folder, const char *path, int flags) {
    REAL(int, "unlinkat", int, const char *, int);
    return on_path(UNLINK, "unlinkat", folder, path) < 0 ? -1 : real(folder, path, flags);
}

int rmdir(const char *path) {
    REAL(int, "rmdir", const char *);
    return on_path(UNLINK, "rmdir", AT_FDCWD, path) < 0 ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode) {
    REAL(int, "mkdir", const char *, mode_t);
    return on_path(MAKE, "mkdir", AT_FDCWD, path) < 0 ? -1 : real(path, mode);
}

int fchmod(int file, mode_t mode) {
    REAL(int, "fchmod", int, mode_t);
    return on_descriptor(MODE, "fchmod", file) < 0 ? -1 : real(file, mode);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    REAL(int, "clock_gettime", clockid_t, struct timespec *);
    int result = real(which, now);
    if (!result && control && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE))
        now->tv_sec += control->offset;
    return result;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}
