/* Calls of the system that fail on demand: the k-th of a kind, once, after faults_arm(kind, k). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { OPEN, READ, WRITE, RENAME, FSYNC, ALLOCATION, FORK, KINDS };
/* Bytes. Smaller ones come from what the process has, and are Python's and numpy's own: numpy ends
   without a word where it has no 128 kB for the buffer of a cast. */
#define LARGE 200000

static const int errors[KINDS] = {EMFILE, EIO, ENOSPC, EIO, EIO, ENOMEM, EAGAIN};
static atomic_long counts[KINDS];
static long failing[KINDS]; /* which one fails, from 1; 0 for none */
static int armed;
/* Bytes that were had and given back a moment ago: those that follow are not refused so many. */
static atomic_long reserved;
void faults_reserved(long size) { reserved = armed ? size : 0; }

void faults_arm(int kind, long number) {
    for (int i = 0; i < KINDS; i++) counts[i] = failing[i] = 0;
    failing[kind] = number;
    armed = 1;
}
void faults_stop(void) { armed = 0; }
long faults_count(int kind) { return counts[kind]; }

static int fails(int kind) {
    if (!armed) return 0;
    if (atomic_fetch_add(&counts[kind], 1) + 1 != failing[kind]) return 0;
    errno = errors[kind];
    return 1;
}
/* Only files of one folder are read with errors: fonts belong to the installation. */
#define FILES 4096
static char opened[FILES], folder[4096];
void faults_within(const char *path) { strncpy(folder, path, sizeof folder - 1); }
static int noted(int file, const char *path) {
    if (file >= 0 && file < FILES)
        opened[file] = path[0] != '/' || !strncmp(path, folder, strlen(folder));
    return file;
}
static int is_file(int file) { /* A pipe, which may have the number of a file, has no such errors. */
    struct stat status;
    return !fstat(file, &status) && S_ISREG(status.st_mode);
}
static int is_opened(int file) {
    return file >= 0 && file < FILES && opened[file] && is_file(file); }
#define REAL(name) static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define MODE(flags) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); }

int open(const char *path, int flags, ...) { MODE(flags) REAL(open);
    return fails(OPEN) ? -1 : noted(real(path, flags, mode), path); }
int open64(const char *path, int flags, ...) { MODE(flags) REAL(open64);
    return fails(OPEN) ? -1 : noted(real(path, flags, mode), path); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) REAL(openat);
    return fails(OPEN) ? -1 : noted(real(at, path, flags, mode), path); }
ssize_t read(int file, void *to, size_t n) { REAL(read);
    return is_opened(file) && fails(READ) ? -1 : real(file, to, n); }
ssize_t pread64(int file, void *to, size_t n, off64_t at) { REAL(pread64);
    return is_opened(file) && fails(READ) ? -1 : real(file, to, n, at); }
ssize_t write(int file, const void *from, size_t n) { REAL(write); /* stderr has nobody to tell */
    return file != 2 && is_file(file) && fails(WRITE) ? -1 : real(file, from, n); }
int rename(const char *from, const char *to) { REAL(rename);
    return fails(RENAME) ? -1 : real(from, to); }
int fsync(int file) { REAL(fsync); return fails(FSYNC) ? -1 : real(file); }
/* Python tries fork where vfork fails: both fail then, as they would for want of processes. */
static int vfork_failed;
pid_t fork(void) { REAL(fork);
    if (vfork_failed) { vfork_failed = 0; errno = errors[FORK]; return -1; }
    return fails(FORK) ? -1 : real(); }
pid_t vfork(void) { REAL(fork);
    if (fails(FORK)) { vfork_failed = 1; return -1; }
    return real(); }

static int refused(size_t n) {
    if (n < LARGE) return 0;
    if (armed && (long)n <= reserved) { reserved -= n; return 0; }
    return fails(ALLOCATION);
}
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
void *malloc(size_t n) { return refused(n) ? NULL : __libc_malloc(n); }
void *calloc(size_t n, size_t size) {
    return refused(n * size) ? NULL : __libc_calloc(n, size); }
void *realloc(void *from, size_t n) {
    return refused(n) ? NULL : __libc_realloc(from, n); }
