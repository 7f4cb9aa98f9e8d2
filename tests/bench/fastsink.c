/* A mail server that throws every message away, for benchmarks: so fast that the sender is what
 * is measured. One thread, epoll; PIPELINING, 8BITMIME, SMTPUTF8, CHUNKING. Linux, loopback only.
 *
 *   cc -O2 -o fastsink fastsink.c && ./fastsink 2626
 *
 * SIGTERM prints how many messages it took, and ends it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN = 256 * 1024, OUT = 64 * 1024 };
enum mode { COMMAND, DATA, CHUNK };

struct client {
    int fd, last_chunk, leaving;
    enum mode mode;
    long chunk_left;
    size_t in_len, out_len;
    char in[IN], out[OUT];
};

static volatile sig_atomic_t ended;
static unsigned long messages;

static void end(int signal) { (void)signal; ended = 1; }

static void say(struct client *c, const char *reply) {
    size_t length = strlen(reply);
    if (c->out_len + length > OUT) { c->leaving = 1; return; } /* it never reads our answers */
    memcpy(c->out + c->out_len, reply, length);
    c->out_len += length;
}

static void taken(struct client *c) {
    messages++;
    say(c, "250 2.0.0 Ok: taken\r\n");
}

/* One command line from `line` to its '\n'. Where the next input begins. */
static char *command(struct client *c, char *line, char *newline) {
    char *after;
    switch (line[0] | 32) {
    case 'e': /* EHLO */
        say(c, "250-fastsink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-CHUNKING\r\n250 SMTPUTF8\r\n");
        break;
    case 'd': /* DATA: its own CRLF stays, so that a lone dot on the first line is found as well */
        say(c, "354 Go on\r\n");
        c->mode = DATA;
        return newline > line && newline[-1] == '\r' ? newline - 1 : newline + 1;
    case 'b': /* BDAT size [LAST] */
        c->chunk_left = strtol(line + 4, &after, 10);
        c->last_chunk = memmem(after, newline - after, "LAST", 4) != NULL;
        c->mode = CHUNK;
        break;
    case 'q': /* QUIT */
        say(c, "221 2.0.0 Bye\r\n");
        c->leaving = 1;
        break;
    default: /* HELO, MAIL, RCPT, RSET, NOOP */
        say(c, "250 2.1.0 Ok\r\n");
    }
    return newline + 1;
}

static char *chunk(struct client *c, char *from, char *to) {
    long here = to - from < c->chunk_left ? to - from : c->chunk_left;
    c->chunk_left -= here;
    if (c->chunk_left == 0) {
        c->mode = COMMAND;
        if (c->last_chunk) taken(c); else say(c, "250 2.0.0 Ok\r\n");
    }
    return from + here;
}

/* All that can be understood of the input so far. */
static void understand(struct client *c) {
    char *at = c->in, *to = c->in + c->in_len, *found;
    while ((at < to || (c->mode == CHUNK && c->chunk_left == 0)) && !c->leaving) {
        if (c->mode == CHUNK) {
            at = chunk(c, at, to);
        } else if (c->mode == DATA) {
            if (!(found = memmem(at, to - at, "\r\n.\r\n", 5))) {
                if (to - at > 4) at = to - 4; /* the end may be half here */
                break;
            }
            at = found + 5;
            c->mode = COMMAND;
            taken(c);
        } else {
            if (!(found = memchr(at, '\n', to - at))) break;
            at = command(c, at, found);
        }
    }
    c->in_len = to - at;
    if (c->in_len && at != c->in) memmove(c->in, at, c->in_len);
}

static int answer(struct client *c) { /* our sockets block, and a reply is small */
    ssize_t written = c->out_len ? write(c->fd, c->out, c->out_len) : 0;
    int fine = written == (ssize_t)c->out_len;
    c->out_len = 0;
    return fine;
}

static void welcome(int poll, int listener) {
    int one = 1, fd = accept(listener, NULL, NULL);
    struct client *c = fd < 0 ? NULL : calloc(1, sizeof *c);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    if (!c) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->fd = fd;
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
    say(c, "220 fastsink ESMTP\r\n");
    answer(c);
}

static void serve(struct client *c) {
    ssize_t got = read(c->fd, c->in + c->in_len, IN - c->in_len);
    if (got > 0) {
        c->in_len += got;
        understand(c);
        if (answer(c) && !c->leaving) return;
    }
    close(c->fd);
    free(c);
}

static int listen_on(int port) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&here, sizeof here) || listen(fd, 1024)) {
        perror("fastsink");
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv) {
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 2626), poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[64];
    struct sigaction on_end = {.sa_handler = end};
    sigaction(SIGTERM, &on_end, NULL);
    sigaction(SIGINT, &on_end, NULL);
    signal(SIGPIPE, SIG_IGN);
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    while (!ended) {
        int ready = epoll_wait(poll, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr) serve(events[i].data.ptr); else welcome(poll, listener);
        }
    }
    printf("%lu messages\n", messages);
    return 0;
}
