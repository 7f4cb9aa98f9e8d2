/* Runs a command and writes down what it took:
 *
 *   measured REPORT COMMAND...
 *
 * REPORT gets one line: begun and ended (seconds of CLOCK_MONOTONIC), CPU (seconds, user and
 * system, all descendants that were waited for), peak memory (KiB, of the largest process among
 * them), and the exit status (a signal counts 128 and more).
 *
 * In C, because a forked process begins with its parent's memory on its account (wait4's
 * ru_maxrss), and a Python that counts itself would count 30 MB for everybody. The command ends
 * when we end, and we end when the harness does. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double of(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

int main(int argc, char **argv) {
    struct rusage used;
    int status;
    if (argc < 3) return 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    double begun = seconds();
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) != child) return 1;
    double ended = seconds();
    FILE *report = fopen(argv[1], "w");
    if (!report) return 1;
    int code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    fprintf(report, "%.6f %.6f %.6f %ld %d\n", begun, ended, of(used.ru_utime) + of(used.ru_stime),
            used.ru_maxrss, code);
    return fclose(report) ? 1 : 0;
}
