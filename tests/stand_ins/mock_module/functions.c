/* Slots, sessions, logins and PINs of the mock module, and its list of functions. */
#include "mock.h"
#include <stdlib.h>
#include <string.h>

enum { MAX_SESSIONS = 32, MAX_SLOTS = 64, RW = 2 };

static session sessions[MAX_SESSIONS];
static struct { ul slot, user; } logins[MAX_SLOTS];
static int login_count, initialised;

#define BEGIN(name) do { ul code_ = called(name); if (code_) return code_; \
    if (!initialised) return CRYPTOKI_NOT_INITIALIZED; } while (0)

ul who_is_in(ul slot) {
    for (int i = 0; i < login_count; i++)
        if (logins[i].slot == slot) return logins[i].user;
    return NOBODY;
}

void log_in(ul slot, ul user) {
    for (int i = 0; i < login_count; i++)
        if (logins[i].slot == slot) { logins[i].user = user; return; }
    if (login_count < MAX_SLOTS) {
        logins[login_count].slot = slot;
        logins[login_count++].user = user;
    }
}

int sessions_on(ul slot, int read_only) {
    int count = 0;
    for (int i = 0; i < MAX_SESSIONS; i++)
        count += sessions[i].used && sessions[i].slot == slot
                 && (!read_only || !(sessions[i].flags & RW));
    return count;
}

static void close_one(session *s) {
    ul slot = s->slot;
    s->used = 0;
    if (!sessions_on(slot, 0)) log_in(slot, NOBODY);
}

session *session_of(ul handle, ul *answer) {
    char code[32];
    session *s = handle >= 1 && handle <= MAX_SESSIONS ? &sessions[handle - 1] : NULL;
    *answer = SESSION_HANDLE_INVALID;
    if (!initialised) { *answer = CRYPTOKI_NOT_INITIALIZED; return NULL; }
    if (!s || !s->used) return NULL;
    if (!token_here(s->slot)) {
        *answer = module_text("removed", code, sizeof code) ? strtoul(code, NULL, 16) : 0x32;
        return NULL;
    }
    if (s->generation != token_number(s->slot, "generation", 10, 0)) { close_one(s); return NULL; }
    *answer = CKR_OK;
    return s;
}

static void padded(byte *out, size_t size, const char *text) {
    memset(out, ' ', size);
    size_t length = strlen(text);
    memcpy(out, text, length < size ? length : size);
}

/* A label may be bytes of any encoding, so it may be given in hexadecimal. */
static void padded_hex(byte *out, size_t size, const char *text) {
    byte octets[256];
    int length = hex_bytes(text, octets, sizeof octets - 1);
    octets[length] = 0;
    padded(out, size, (char *)octets);
}

static int slot_known(ul slot) {
    ul slots[MAX_SLOTS];
    int count = all_slots(slots, MAX_SLOTS);
    for (int i = 0; i < count; i++)
        if (slots[i] == slot) return 1;
    return 0;
}

static void version(byte *out, ul slot, const char *name) {
    char text[32];
    unsigned major = 1, minor = 0;
    if (token_text(slot, name, text, sizeof text)) sscanf(text, "%u.%u", &major, &minor);
    out[0] = (byte)major;
    out[1] = (byte)minor;
}

ul C_Initialize(void *arguments) {
    (void)arguments;
    ul code = called("C_Initialize");
    if (code) return code;
    if (initialised) return CRYPTOKI_ALREADY_INITIALIZED;
    initialised = 1;
    return CKR_OK;
}

ul C_Finalize(void *reserved) {
    (void)reserved;
    BEGIN("C_Finalize");
    memset(sessions, 0, sizeof sessions);
    login_count = initialised = 0;
    return CKR_OK;
}

ul C_GetInfo(byte *out) {
    char text[64];
    BEGIN("C_GetInfo");
    memset(out, 0, 2 + 32);
    out[0] = 2;
    out[1] = 40;
    module_text("manufacturer", text, sizeof text);
    padded(out + 2, 32, text);
    memset(out + 34, 0, 8 + sizeof(ul));
    byte *at = out + 40; /* CK_FLAGS is aligned */
    memset(at, 0, sizeof(ul));
    module_text("description", text, sizeof text);
    padded(at + sizeof(ul), 32, text);
    at[sizeof(ul) + 32] = 1;
    at[sizeof(ul) + 33] = 0;
    return CKR_OK;
}

ul C_GetSlotList(byte present, ul *out, ul *count) {
    ul slots[MAX_SLOTS], found = 0;
    BEGIN("C_GetSlotList");
    int all = all_slots(slots, MAX_SLOTS);
    for (int i = 0; i < all; i++)
        if (!present || token_here(slots[i])) slots[found++] = slots[i];
    if (out && (*count < found || trick("C_GetSlotList", "more"))) {
        *count = found + 1;
        return BUFFER_TOO_SMALL;
    }
    if (out) memcpy(out, slots, found * sizeof *out);
    *count = found;
    return CKR_OK;
}

ul C_GetSlotInfo(ul slot, byte *out) {
    char text[128];
    BEGIN("C_GetSlotInfo");
    if (!slot_known(slot)) return SLOT_ID_INVALID;
    if (!token_text(slot, "reader", text, sizeof text)) snprintf(text, sizeof text, "Reader %lu", slot);
    padded(out, 64, text);
    module_text("manufacturer", text, sizeof text);
    padded(out + 64, 32, text);
    *(ul *)(out + 96) = 2 | 4 | (token_here(slot) ? 1 : 0); /* REMOVABLE_DEVICE, HW_SLOT */
    memset(out + 96 + sizeof(ul), 0, 4);
    return CKR_OK;
}

ul C_GetTokenInfo(ul slot, byte *out) {
    char text[256];
    BEGIN("C_GetTokenInfo");
    if (!slot_known(slot)) return SLOT_ID_INVALID;
    if (!token_here(slot)) return TOKEN_NOT_PRESENT;
    token_text(slot, "label", text, sizeof text);
    padded_hex(out, 32, text);
    token_text(slot, "manufacturer", text, sizeof text);
    padded(out + 32, 32, text);
    token_text(slot, "model", text, sizeof text);
    padded(out + 64, 16, text);
    token_text(slot, "serial", text, sizeof text);
    padded(out + 80, 16, text);
    ul *number = (ul *)(out + 96);
    *number++ = token_flags(slot);
    *number++ = 0; /* sessions at most, and open: no limit told */
    *number++ = (ul)sessions_on(slot, 0);
    *number++ = 0;
    *number++ = (ul)(sessions_on(slot, 0) - sessions_on(slot, 1));
    *number++ = token_number(slot, "max_pin", 10, 32);
    *number++ = token_number(slot, "min_pin", 10, 4);
    for (int i = 0; i < 2; i++) {
        *number++ = token_number(slot, "memory", 10, ~0UL);
        *number++ = token_number(slot, "free", 10, ~0UL);
    }
    version((byte *)number, slot, "hardware");
    version((byte *)number + 2, slot, "firmware");
    memset((byte *)number + 4, ' ', 16);
    return CKR_OK;
}

ul C_GetMechanismList(ul slot, ul *out, ul *count) {
    char text[4096], *end = text;
    ul found = 0;
    BEGIN("C_GetMechanismList");
    if (!token_here(slot)) return TOKEN_NOT_PRESENT;
    token_text(slot, "mechanisms", text, sizeof text);
    for (char *at = text; *at; at = end, found++) {
        ul number = strtoul(at, &end, 16);
        if (end == at) break;
        if (out && found < *count) out[found] = number;
    }
    ul room = *count;
    *count = found;
    return out && room < found ? BUFFER_TOO_SMALL : CKR_OK;
}

ul C_GetMechanismInfo(ul slot, ul number, ul *out) {
    BEGIN("C_GetMechanismInfo");
    if (!token_here(slot)) return TOKEN_NOT_PRESENT;
    if (!has_mechanism(slot, number)) return MECHANISM_INVALID;
    out[0] = 256;
    out[1] = number < 2 ? token_number(slot, "rsa_most", 10, 4096) : 512;
    out[2] = 1 | 0x800 | (number == 0 || number == 0x1200 || number == TC26(5) ? 0x10000 : 0);
    return CKR_OK;
}

ul C_InitToken(ul slot, const byte *pin, ul length, const byte *label) {
    ul handles[1000];
    char text[80];
    BEGIN("C_InitToken");
    if (!token_here(slot)) return TOKEN_NOT_PRESENT;
    if (sessions_on(slot, 0)) return SESSION_EXISTS;
    ul code = check_pin(slot, SO, pin, length);
    note_login(SO, slot, code);
    if (code) return code;
    ul count = object_handles(slot, handles, 1000);
    for (ul i = 0; i < count; i++) remove_object(slot, handles[i]);
    for (int i = 0; i < 32; i++) sprintf(text + 2 * i, "%02x", label[i]);
    set_token_text(slot, "label", text);
    set_token_text(slot, "user_pin", "");
    return CKR_OK;
}

ul C_InitPIN(ul handle, const byte *pin, ul length) {
    ul code;
    BEGIN("C_InitPIN");
    session *s = session_of(handle, &code);
    if (!s) return code;
    if (who_is_in(s->slot) != SO) return USER_NOT_LOGGED_IN;
    if (length < token_number(s->slot, "min_pin", 10, 4) || length > token_number(s->slot, "max_pin", 10, 32))
        return PIN_LEN_RANGE;
    set_pin(s->slot, USER, pin, length);
    return CKR_OK;
}

ul C_SetPIN(ul handle, const byte *old, ul old_length, const byte *pin, ul length) {
    ul code;
    BEGIN("C_SetPIN");
    session *s = session_of(handle, &code);
    if (!s) return code;
    if (!(s->flags & RW)) return SESSION_READ_ONLY;
    ul who = who_is_in(s->slot);
    if (who == NOBODY && token_number(s->slot, "set_pin_needs_login", 10, 0)) return USER_NOT_LOGGED_IN;
    if (who == NOBODY) who = USER;
    if (length < token_number(s->slot, "min_pin", 10, 4) || length > token_number(s->slot, "max_pin", 10, 32))
        return PIN_LEN_RANGE;
    code = check_pin(s->slot, who, old, old_length);
    note_login(who, s->slot, code);
    if (!code) set_pin(s->slot, who, pin, length);
    return code;
}

ul C_OpenSession(ul slot, ul flags, void *application, void *notify, ul *handle) {
    (void)application;
    (void)notify;
    BEGIN("C_OpenSession");
    if (!slot_known(slot)) return SLOT_ID_INVALID;
    if (!token_here(slot)) return TOKEN_NOT_PRESENT;
    if (!(flags & 4)) return 0xB4; /* SESSION_PARALLEL_NOT_SUPPORTED */
    if (who_is_in(slot) == SO && !(flags & RW)) return SESSION_READ_WRITE_SO_EXISTS;
    for (ul i = 0; i < MAX_SESSIONS; i++)
        if (!sessions[i].used) {
            memset(&sessions[i], 0, sizeof sessions[i]);
            sessions[i].used = 1;
            sessions[i].slot = slot;
            sessions[i].flags = flags;
            sessions[i].generation = token_number(slot, "generation", 10, 0);
            *handle = i + 1;
            return CKR_OK;
        }
    return SESSION_COUNT;
}

ul C_CloseSession(ul handle) {
    ul code;
    BEGIN("C_CloseSession");
    session *s = session_of(handle, &code);
    if (!s) return code;
    close_one(s);
    return CKR_OK;
}

ul C_CloseAllSessions(ul slot) {
    BEGIN("C_CloseAllSessions");
    for (int i = 0; i < MAX_SESSIONS; i++)
        if (sessions[i].used && sessions[i].slot == slot) close_one(&sessions[i]);
    return CKR_OK;
}

ul C_GetSessionInfo(ul handle, ul *out) {
    ul code;
    BEGIN("C_GetSessionInfo");
    session *s = session_of(handle, &code);
    if (!s) return code;
    ul who = who_is_in(s->slot);
    out[0] = s->slot;
    out[1] = (s->flags & RW ? (who == SO ? 4 : who == USER ? 3 : 2) : who == USER ? 1 : 0);
    out[2] = s->flags;
    out[3] = 0;
    return CKR_OK;
}

ul C_Login(ul handle, ul user, const byte *pin, ul length) {
    ul code = called("C_Login");
    if (code) { note_login(user, ~0UL, code); return code; }
    session *s = session_of(handle, &code);
    if (!s) return code;
    ul who = who_is_in(s->slot);
    if (user > CONTEXT) return USER_TYPE_INVALID;
    if (user == CONTEXT && !s->signing) return OPERATION_NOT_INITIALIZED;
    if (user != CONTEXT && who == user) return USER_ALREADY_LOGGED_IN;
    if (user != CONTEXT && who != NOBODY) return USER_ANOTHER_ALREADY_LOGGED_IN;
    if (user == SO && sessions_on(s->slot, 1)) return SESSION_READ_ONLY_EXISTS;
    code = check_pin(s->slot, user == SO ? SO : USER, pin, length);
    note_login(user, s->slot, code);
    if (!code && user == CONTEXT) s->confirmed = 1;
    if (!code && user != CONTEXT) log_in(s->slot, user);
    return code;
}

ul C_Logout(ul handle) {
    ul code;
    BEGIN("C_Logout");
    session *s = session_of(handle, &code);
    if (!s) return code;
    if (who_is_in(s->slot) == NOBODY) return USER_NOT_LOGGED_IN;
    log_in(s->slot, NOBODY);
    return CKR_OK;
}

ul C_WaitForSlotEvent(ul flags, ul *slot, void *reserved) {
    (void)slot;
    (void)reserved;
    BEGIN("C_WaitForSlotEvent");
    return flags & 1 ? 8 /* NO_EVENT */ : FUNCTION_NOT_SUPPORTED;
}

static ul not_here(void) { return FUNCTION_NOT_SUPPORTED; }

typedef struct { byte version[2]; void *functions[68]; } list;
ul C_GetFunctionList(list **out);

extern ul C_CreateObject(), C_DestroyObject(), C_GetAttributeValue(), C_SetAttributeValue(),
    C_FindObjectsInit(), C_FindObjects(), C_FindObjectsFinal(), C_SignInit(), C_Sign(),
    C_GenerateKeyPair(), C_GenerateRandom();

ul C_GetFunctionList(list **out) {
    static list ours = {{2, 40}, {0}};
    static void *const known[68] = {
        [0] = C_Initialize, [1] = C_Finalize, [2] = C_GetInfo, [3] = C_GetFunctionList,
        [4] = C_GetSlotList, [5] = C_GetSlotInfo, [6] = C_GetTokenInfo, [7] = C_GetMechanismList,
        [8] = C_GetMechanismInfo, [9] = C_InitToken, [10] = C_InitPIN, [11] = C_SetPIN,
        [12] = C_OpenSession, [13] = C_CloseSession, [14] = C_CloseAllSessions,
        [15] = C_GetSessionInfo, [18] = C_Login, [19] = C_Logout, [20] = C_CreateObject,
        [22] = C_DestroyObject, [24] = C_GetAttributeValue, [25] = C_SetAttributeValue,
        [26] = C_FindObjectsInit, [27] = C_FindObjects, [28] = C_FindObjectsFinal,
        [42] = C_SignInit, [43] = C_Sign, [59] = C_GenerateKeyPair, [64] = C_GenerateRandom,
        [67] = C_WaitForSlotEvent,
    };
    for (int i = 0; i < 68; i++) ours.functions[i] = known[i] ? known[i] : (void *)not_here;
    *out = &ours;
    return CKR_OK;
}
