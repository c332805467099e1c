/* A bare libyaml event loop: what any program that reads these manifests with libyaml pays at least.
 *
 *   gcc -O2 -o bare_libyaml bare_libyaml.c -lyaml && ./bare_libyaml FILE...
 *
 * Prints the number of events; exits 1 at the first file that cannot be read or is not YAML. */
#include <stdio.h>
#include <yaml.h>

static long events(const char *path)
{
    FILE *file = fopen(path, "rb");
    yaml_parser_t parser;
    yaml_event_t event;
    long count = 0;
    int ended = 0;

    if (!file) {
        perror(path);
        return -1;
    }
    if (!yaml_parser_initialize(&parser)) {
        fclose(file);
        return -1;
    }
    yaml_parser_set_input_file(&parser, file);
    while (!ended) {
        if (!yaml_parser_parse(&parser, &event)) {
            fprintf(stderr, "%s:%zu: %s\n", path, parser.problem_mark.line + 1, parser.problem ? parser.problem : "not YAML");
            count = -1;
            break;
        }
        ended = event.type == YAML_STREAM_END_EVENT;
        count++;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    fclose(file);
    return count;
}

int main(int argc, char **argv)
{
    long total = 0;
    for (int i = 1; i < argc; i++) {
        long count = events(argv[i]);
        if (count < 0)
            return 1;
        total += count;
    }
    printf("%ld events\n", total);
    return 0;
}
