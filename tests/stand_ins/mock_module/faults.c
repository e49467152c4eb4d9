/* The folder of the mock module, and how it misbehaves.
 *
 * `orders` holds lines NAME=WHAT, NAME=WHAT@N (only at the N-th call since the world began) or
 * NAME=WHAT@N+ (from the N-th on). NAME is a function; WHAT is
 *
 *   0xCODE      returns it, nothing is done      hang        never returns
 *   sleep:MS    goes on after so long            crash       aborts the process
 *   vanish:0xCODE   all tokens are pulled out, then the code is returned
 *
 * or a word that the function itself knows: for C_Sign spoil, short, long, empty, swap, reverse;
 * for C_GenerateKeyPair half (the public key is there, then no more room);
 * for C_GetSlotList more (one slot more than was told); for C_FindObjects endless.
 */
#define _GNU_SOURCE
#include "mock.h"
#include <dirent.h>
#include <dlfcn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char tricks[256];

void path_of(char *out, size_t size, const char *layout, ...) {
    static char folder[3000];
    va_list rest;
    if (!folder[0]) {
        Dl_info self;
        dladdr((void *)path_of, &self);
        snprintf(folder, sizeof folder, "%s", self.dli_fname);
        *strrchr(folder, '/') = 0;
    }
    size_t used = (size_t)snprintf(out, size, "%s/", folder);
    va_start(rest, layout);
    vsnprintf(out + used, size - used, layout, rest);
    va_end(rest);
}

int exists(const char *path) { return access(path, F_OK) == 0; }

static int text_of(const char *path, const char *name, char *out, size_t size) {
    char line[8192];
    int found = 0;
    size_t length = strlen(name);
    FILE *file = fopen(path, "r");
    out[0] = 0;
    if (!file) return 0;
    while (!found && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (!strncmp(line, name, length) && line[length] == '=') {
            snprintf(out, size, "%s", line + length + 1);
            found = 1;
        }
    }
    fclose(file);
    return found;
}

int token_here(ul slot) {
    char path[4096], absent[4096];
    path_of(path, sizeof path, "slots/%lu/token", slot);
    path_of(absent, sizeof absent, "slots/%lu/absent", slot);
    return exists(path) && !exists(absent);
}

static int by_number(const void *one, const void *other) {
    ul a = *(const ul *)one, b = *(const ul *)other;
    return a < b ? -1 : a > b;
}

int all_slots(ul *slots, int most) {
    char path[4096];
    int count = 0;
    struct dirent *entry;
    path_of(path, sizeof path, "slots");
    DIR *folder = opendir(path);
    while (folder && count < most && (entry = readdir(folder)))
        if (entry->d_name[0] != '.') slots[count++] = strtoul(entry->d_name, NULL, 10);
    if (folder) closedir(folder);
    qsort(slots, (size_t)count, sizeof *slots, by_number);
    return count;
}

int token_text(ul slot, const char *name, char *out, size_t size) {
    char path[4096];
    path_of(path, sizeof path, "slots/%lu/token", slot);
    return text_of(path, name, out, size);
}

ul token_number(ul slot, const char *name, int base, ul otherwise) {
    char text[64];
    return token_text(slot, name, text, sizeof text) && text[0] ? strtoul(text, NULL, base) : otherwise;
}

void set_token_text(ul slot, const char *name, const char *value) {
    char path[4096], fresh[4096], line[8192];
    size_t length = strlen(name);
    int written = 0;
    path_of(path, sizeof path, "slots/%lu/token", slot);
    path_of(fresh, sizeof fresh, "slots/%lu/token.new", slot);
    FILE *from = fopen(path, "r"), *to = fopen(fresh, "w");
    while (from && to && fgets(line, sizeof line, from)) {
        if (!strncmp(line, name, length) && line[length] == '=') {
            fprintf(to, "%s=%s\n", name, value);
            written = 1;
        } else
            fputs(line, to);
    }
    if (to && !written) fprintf(to, "%s=%s\n", name, value);
    if (from) fclose(from);
    if (to) fclose(to);
    rename(fresh, path);
}

void set_token_number(ul slot, const char *name, ul value) {
    char text[32];
    snprintf(text, sizeof text, "%lu", value);
    set_token_text(slot, name, text);
}

int module_text(const char *name, char *out, size_t size) {
    char path[4096];
    path_of(path, sizeof path, "module");
    return text_of(path, name, out, size);
}

static void append(const char *name, const char *line) {
    char path[4096];
    path_of(path, sizeof path, "%s", name);
    FILE *file = fopen(path, "a");
    if (file) { fputs(line, file); fclose(file); }
}

void note_login(ul user, ul slot, ul answer) {
    char line[128];
    snprintf(line, sizeof line, "user=%lu slot=%lu answer=0x%lX\n", user, slot, answer);
    append("logins", line);
}

static ul calls_so_far(const char *name) {
    char path[4096], line[128];
    ul count = 0;
    path_of(path, sizeof path, "calls");
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        count += !strcmp(line, name);
    }
    if (file) fclose(file);
    return count;
}

static void pull_all_out(void) {
    char path[4096];
    ul slots[64];
    int count = all_slots(slots, 64);
    for (int i = 0; i < count; i++) {
        path_of(path, sizeof path, "slots/%lu/absent", slots[i]);
        FILE *file = fopen(path, "w");
        if (file) fclose(file);
    }
}

static void rest_for(long milliseconds) {
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    nanosleep(&time, NULL);
}

static ul do_order(const char *what) {
    if (!strcmp(what, "hang")) for (;;) pause();
    if (!strcmp(what, "crash")) abort();
    if (!strncmp(what, "sleep:", 6)) { rest_for(atol(what + 6)); return 0; }
    if (!strncmp(what, "vanish:", 7)) { pull_all_out(); return strtoul(what + 7, NULL, 16); }
    if (!strncmp(what, "0x", 2)) return strtoul(what, NULL, 16);
    strncat(tricks, what, sizeof tricks - strlen(tricks) - 2);
    strcat(tricks, " ");
    return 0;
}

/* Notes a call and does what was ordered for it; returns a code, or 0 to go on. */
ul called(const char *name) {
    char line[256], path[4096];
    ul answer = 0;
    snprintf(line, sizeof line, "%s\n", name);
    append("calls", line);
    tricks[0] = 0;
    path_of(path, sizeof path, "orders");
    FILE *file = fopen(path, "r");
    while (file && !answer && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *what = strchr(line, '=');
        if (!what) continue;
        *what++ = 0;
        if (strcmp(line, name)) continue;
        char *at = strchr(what, '@');
        if (at) {
            *at++ = 0;
            ul wanted = strtoul(at, NULL, 10), now = calls_so_far(name);
            if (strchr(at, '+') ? now < wanted : now != wanted) continue;
        }
        answer = do_order(what);
    }
    if (file) fclose(file);
    return answer;
}

/* Tells whether the last call was ordered to play a trick of its own. */
int trick(const char *name, const char *word) {
    (void)name;
    const char *found = strstr(tricks, word);
    return found && found[strlen(word)] == ' ';
}
