/* A PKCS #11 module that passes everything on to another one, counts calls, and misbehaves on
 * demand. ROSCHERK_TEST_MODULE is the real module; the folder ROSCHERK_TEST_SHIM holds `calls`, one
 * name a line, and `orders`, lines like "C_Sign=hang" that are read anew before each call:
 *
 *   NAME=hang | crash | spoil | 0xCODE       for C_Initialize, C_GetTokenInfo, C_Login, C_Sign,
 *                                            C_CreateObject, C_DestroyObject
 *   NAME=0xCODE@N, NAME=crash@N              at the N-th call of this process only
 *   flags=0xBITS                             added to the flags of every token
 *   vanish                                   the token is gone after a call that was told to fail
 *   chat                                     prints to the standard output
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long ul;
typedef struct { unsigned char version[2]; void *fn[68]; } functions;
typedef ul (*get_list)(functions **);

enum { INITIALIZE = 0, GET_LIST = 3, TOKEN_INFO = 6, LOGIN = 18, CREATE = 20, DESTROY = 22, SIGN = 43 };
enum { FLAGS_OFFSET = 32 + 32 + 16 + 16 };

static functions *real, ours;
static int gone;

static FILE *open_beside(const char *name, const char *mode) {
    char path[4096];
    const char *folder = getenv("ROSCHERK_TEST_SHIM");
    if (!folder) return NULL;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, mode);
}

static int ordered(const char *name, char *value, size_t size) {
    char line[256];
    int found = 0;
    FILE *file = open_beside("orders", "r");
    if (!file) return 0;
    while (!found && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *equals = strchr(line, '=');
        if (equals) *equals++ = 0;
        if (!strcmp(line, name)) {
            snprintf(value, size, "%s", equals ? equals : "");
            found = 1;
        }
    }
    fclose(file);
    return found;
}

/* Returns how many calls of this name there were in this process. */
static int counted(const char *name) {
    static const char *names[16];
    static int counts[16];
    for (int i = 0; i < 16; i++) {
        if (!names[i]) names[i] = name;
        if (!strcmp(names[i], name)) return ++counts[i];
    }
    return 0;
}

/* Counts a call and does what was ordered; returns a code, or 0 to go on. */
static ul called(const char *name) {
    char order[128];
    FILE *file = open_beside("calls", "a");
    if (file) { fprintf(file, "%s\n", name); fclose(file); }
    if (ordered("chat", order, sizeof order)) { puts("vendor: debug"); fflush(stdout); }
    int number = counted(name);
    if (!ordered(name, order, sizeof order)) return 0;
    char *at = strchr(order, '@');
    if (at && atoi(at + 1) != number) return 0;
    if (at) *at = 0;
    if (!strcmp(order, "hang")) for (;;) pause();
    if (!strcmp(order, "crash")) abort();
    ul code = strtoul(order, NULL, 16);
    if (code && ordered("vanish", order, sizeof order)) gone = 1;
    return code;
}

static ul shim_initialize(void *arguments) {
    ul code = called("C_Initialize");
    return code ? code : ((ul (*)(void *))real->fn[INITIALIZE])(arguments);
}

static ul shim_token_info(ul slot, unsigned char *info) {
    char order[128];
    ul code = gone ? 0xE0 : called("C_GetTokenInfo");
    if (!code) code = ((ul (*)(ul, unsigned char *))real->fn[TOKEN_INFO])(slot, info);
    if (!code && ordered("flags", order, sizeof order))
        *(ul *)(info + FLAGS_OFFSET) |= strtoul(order, NULL, 16);
    return code;
}

static ul shim_login(ul session, ul user, unsigned char *pin, ul length) {
    ul code = called("C_Login");
    return code ? code
                : ((ul (*)(ul, ul, unsigned char *, ul))real->fn[LOGIN])(session, user, pin, length);
}

static ul shim_sign(ul session, unsigned char *data, ul length, unsigned char *out, ul *size) {
    char order[128];
    ul code = called("C_Sign");
    if (!code)
        code = ((ul (*)(ul, unsigned char *, ul, unsigned char *, ul *))real->fn[SIGN])(
            session, data, length, out, size);
    if (!code && out && ordered("C_Sign", order, sizeof order) && !strcmp(order, "spoil"))
        out[*size - 1] ^= 1;
    return code;
}

static ul shim_create(ul session, void *attributes, ul count, ul *made) {
    ul code = called("C_CreateObject");
    return code ? code
                : ((ul (*)(ul, void *, ul, ul *))real->fn[CREATE])(session, attributes, count, made);
}

static ul shim_destroy(ul session, ul object) {
    ul code = called("C_DestroyObject");
    return code ? code : ((ul (*)(ul, ul))real->fn[DESTROY])(session, object);
}

ul C_GetFunctionList(functions **list) {
    if (!real) {
        void *library = dlopen(getenv("ROSCHERK_TEST_MODULE"), RTLD_NOW);
        if (!library) return 5;
        get_list theirs = (get_list)dlsym(library, "C_GetFunctionList");
        if (!theirs || theirs(&real)) return 5;
        ours = *real;
        ours.fn[INITIALIZE] = (void *)shim_initialize;
        ours.fn[GET_LIST] = (void *)C_GetFunctionList;
        ours.fn[TOKEN_INFO] = (void *)shim_token_info;
        ours.fn[LOGIN] = (void *)shim_login;
        ours.fn[CREATE] = (void *)shim_create;
        ours.fn[DESTROY] = (void *)shim_destroy;
        ours.fn[SIGN] = (void *)shim_sign;
    }
    *list = &ours;
    return 0;
}
