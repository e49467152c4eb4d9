/* What a token of the mock module holds: PINs with their counters, and objects. */
#include "mock.h"
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int has_mechanism(ul slot, ul number) {
    char text[4096], *end = text;
    token_text(slot, "mechanisms", text, sizeof text);
    for (char *at = text; *at; at = end) {
        if (strtoul(at, &end, 16) == number && end != at) return 1;
        if (end == at) break;
    }
    return 0;
}

static void pin_digest(const byte *pin, ul length, char *out) {
    byte digest[32];
    digest_of(SHA256, pin, length, digest);
    for (int i = 0; i < 32; i++) sprintf(out + 2 * i, "%02x", digest[i]);
}

static const char *named(ul user, const char *what) {
    static char name[32];
    snprintf(name, sizeof name, "%s_%s", user == SO ? "so" : "user", what);
    return name;
}

/* One attempt: it is counted before it is answered, as tokens do. NULL: the PIN pad of the token. */
ul check_pin(ul slot, ul user, const byte *pin, ul length) {
    char wanted[80], given[80];
    ul tries = token_number(slot, named(user, "tries"), 10, 10);
    token_text(slot, named(user, "pin"), wanted, sizeof wanted);
    if (!wanted[0]) return USER_PIN_NOT_INITIALIZED;
    if (!tries) return PIN_LOCKED;
    if (!pin) return token_flags(slot) & 0x100 ? CKR_OK : ARGUMENTS_BAD;
    if (length < token_number(slot, "min_pin", 10, 4) || length > token_number(slot, "max_pin", 10, 32))
        return PIN_LEN_RANGE;
    pin_digest(pin, length, given);
    if (strcmp(wanted, given)) {
        set_token_number(slot, named(user, "tries"), tries - 1);
        return tries == 1 ? token_number(slot, "last_wrong", 16, PIN_INCORRECT) : PIN_INCORRECT;
    }
    set_token_number(slot, named(user, "tries"), token_number(slot, named(user, "max"), 10, 10));
    return CKR_OK;
}

void set_pin(ul slot, ul user, const byte *pin, ul length) {
    char text[80] = "";
    if (pin) pin_digest(pin, length, text);
    set_token_text(slot, named(user, "pin"), text);
    set_token_number(slot, named(user, "tries"), token_number(slot, named(user, "max"), 10, 10));
    set_token_number(slot, named(user, "factory"), 0);
}

static ul counter_flags(ul slot, ul user) {
    ul tries = token_number(slot, named(user, "tries"), 10, 10);
    ul most = token_number(slot, named(user, "max"), 10, 10);
    if (!token_number(slot, "tells_tries", 10, 1)) return tries ? 0 : 0x40000;
    return (tries < most ? 0x10000UL : 0) | (tries == 1 ? 0x20000UL : 0) | (tries ? 0 : 0x40000UL);
}

ul token_flags(ul slot) {
    char text[80];
    ul flags = token_number(slot, "flags", 16, 0x405);
    token_text(slot, "user_pin", text, sizeof text);
    if (text[0]) flags |= 8;
    flags |= counter_flags(slot, USER) | counter_flags(slot, SO) << 4;
    if (token_number(slot, "tells_factory", 10, 1)) {
        if (token_number(slot, "user_factory", 10, 0)) flags |= 0x80000;
        if (token_number(slot, "so_factory", 10, 0)) flags |= 0x800000;
    }
    return flags;
}

static void object_path(char *out, size_t size, ul slot, ul handle) {
    path_of(out, size, "slots/%lu/objects/%lu", slot, handle);
}

int load_object(ul slot, ul handle, object *out) {
    static char line[65536];
    static byte value[32768];
    char path[4096];
    memset(out, 0, sizeof *out);
    out->slot = slot;
    out->handle = handle;
    object_path(path, sizeof path, slot, handle);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    while (fgets(line, sizeof line, file)) {
        char *text = strchr(line, ' ');
        if (!text) continue;
        int length = hex_bytes(text + 1, value, sizeof value);
        if (length < 0) continue;
        if (!strncmp(line, "secret", 6)) {
            out->secret_length = length < MAX_SECRET ? (ul)length : MAX_SECRET;
            memcpy(out->secret, value, out->secret_length);
        } else
            set_attribute(out, strtoul(line, NULL, 16), value, (ul)length);
    }
    fclose(file);
    return 1;
}

static void put_hex(FILE *file, const byte *value, ul length) {
    for (ul i = 0; i < length; i++) fprintf(file, "%02x", value[i]);
    fputc('\n', file);
}

void save_object(object *item) {
    char path[4096], fresh[4200];
    object_path(path, sizeof path, item->slot, item->handle);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *file = fopen(fresh, "w");
    if (!file) return;
    for (int i = 0; i < item->count; i++) {
        fprintf(file, "%lx ", item->attributes[i].type);
        put_hex(file, item->attributes[i].value, item->attributes[i].length);
    }
    if (item->secret_length) {
        fputs("secret ", file);
        put_hex(file, item->secret, item->secret_length);
    }
    fclose(file);
    rename(fresh, path);
}

void free_object(object *item) {
    for (int i = 0; i < item->count; i++) free(item->attributes[i].value);
    item->count = 0;
}

static int by_number(const void *one, const void *other) {
    ul a = *(const ul *)one, b = *(const ul *)other;
    return a < b ? -1 : a > b;
}

ul object_handles(ul slot, ul *handles, ul most) {
    char path[4096], *end;
    ul count = 0;
    struct dirent *entry;
    path_of(path, sizeof path, "slots/%lu/objects", slot);
    DIR *folder = opendir(path);
    while (folder && count < most && (entry = readdir(folder))) {
        ul number = strtoul(entry->d_name, &end, 10);
        if (number && !*end) handles[count++] = number;
    }
    if (folder) closedir(folder);
    qsort(handles, count, sizeof *handles, by_number);
    return count;
}

ul new_handle(ul slot) {
    ul handles[1000], count = object_handles(slot, handles, 1000);
    return count ? handles[count - 1] + 1 : 1;
}

void remove_object(ul slot, ul handle) {
    char path[4096];
    object_path(path, sizeof path, slot, handle);
    unlink(path);
}

attribute *find_attribute(attribute *list, ul count, ul type) {
    for (ul i = 0; i < count; i++)
        if (list[i].type == type) return &list[i];
    return NULL;
}

attribute *attribute_of(object *item, ul type) {
    return find_attribute(item->attributes, (ul)item->count, type);
}

ul number_of(object *item, ul type, ul otherwise) {
    attribute *found = attribute_of(item, type);
    return found && found->length == sizeof(ul) ? *(ul *)found->value : otherwise;
}

int truth_of(object *item, ul type, int otherwise) {
    attribute *found = attribute_of(item, type);
    return found && found->length ? *(byte *)found->value != 0 : otherwise;
}

void set_attribute(object *item, ul type, const void *value, ul length) {
    attribute *place = attribute_of(item, type);
    if (!place && item->count == MAX_ATTRIBUTES) return;
    if (place)
        free(place->value);
    else
        place = &item->attributes[item->count++];
    place->type = type;
    place->length = length;
    place->value = malloc(length + 1);
    memcpy(place->value, value, length);
}
