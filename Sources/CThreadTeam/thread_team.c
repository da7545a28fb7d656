#include "CThreadTeam.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

typedef void (*Body)(void *context, int64_t item, int32_t worker);

/// Looks at a place in memory before a thread sleeps: some tens of microseconds.
#define LOOKS 3000

/// Upper half: the number of the piece of work. Lower half: the next item, or CLOSED while the piece is written down.
typedef uint64_t Ticket;
#define CLOSED UINT32_MAX
#define PIECE(ticket) ((uint32_t)((ticket) >> 32))
#define ITEM(ticket) ((uint32_t)(ticket))
#define TICKET(piece, item) ((uint64_t)(piece) << 32 | (item))

typedef struct {
    pthread_t thread;
    CTThreadTeam *team;
    int32_t worker;
} Helper;

struct CTThreadTeam {
    // What all threads write to has cache lines of its own.
    _Alignas(128) _Atomic Ticket ticket;
    _Alignas(128) _Atomic int64_t unfinished;
    _Alignas(128) _Atomic(Body) body;
    _Atomic(void *) context;
    _Atomic int64_t count;
    atomic_flag isAtWork;
    _Atomic bool ends;
    _Atomic int32_t sleeping;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    int32_t helperCount;
    Helper *helpers;
};

static void pauseBriefly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/// Does items of the present piece of work until none is left to claim.
///
/// What is read of a piece is of one piece: it is written between a closed ticket and an open one, and the claim fails
/// if the ticket has changed since.
/// - Returns: the number of the last piece that had no item left.
static uint32_t work(CTThreadTeam *team, int32_t worker) {
    Ticket ticket = atomic_load_explicit(&team->ticket, memory_order_acquire);
    for (;;) {
        Body body = atomic_load_explicit(&team->body, memory_order_acquire);
        void *context = atomic_load_explicit(&team->context, memory_order_acquire);
        int64_t count = atomic_load_explicit(&team->count, memory_order_acquire);
        if (ITEM(ticket) == CLOSED) return PIECE(ticket) - 1;
        if (ITEM(ticket) >= count || worker >= count) return PIECE(ticket);
        if (!atomic_compare_exchange_weak_explicit(&team->ticket, &ticket, ticket + 1, memory_order_acq_rel,
                                                   memory_order_acquire)) continue;
        body(context, ITEM(ticket), worker);
        atomic_fetch_sub_explicit(&team->unfinished, 1, memory_order_release);
        ticket = atomic_load_explicit(&team->ticket, memory_order_acquire);
    }
}

static bool isNews(CTThreadTeam *team, uint32_t piece) {
    Ticket ticket = atomic_load(&team->ticket);
    return (PIECE(ticket) != piece && ITEM(ticket) != CLOSED) || atomic_load(&team->ends);
}

/// Returns when there is another piece of work than `piece`, or the team ends.
static void waitForNews(CTThreadTeam *team, uint32_t piece) {
    for (int look = 0; look < LOOKS; look++) {
        if (isNews(team, piece)) return;
        pauseBriefly();
    }
    pthread_mutex_lock(&team->mutex);
    atomic_fetch_add(&team->sleeping, 1);
    while (!isNews(team, piece)) pthread_cond_wait(&team->wake, &team->mutex);
    atomic_fetch_sub(&team->sleeping, 1);
    pthread_mutex_unlock(&team->mutex);
}

static void *help(void *argument) {
    Helper *helper = argument;
    uint32_t piece = 0;
    for (;;) {
        waitForNews(helper->team, piece);
        if (atomic_load(&helper->team->ends)) return NULL;
        piece = work(helper->team, helper->worker);
    }
}

static void wakeAll(CTThreadTeam *team) {
    if (atomic_load(&team->sleeping) == 0) return;
    pthread_mutex_lock(&team->mutex);
    pthread_cond_broadcast(&team->wake);
    pthread_mutex_unlock(&team->mutex);
}

CTThreadTeam *ct_team_create(int32_t helpers) {
    CTThreadTeam *team = NULL;
    if (posix_memalign((void **)&team, 128, sizeof *team) != 0) return NULL;
    *team = (CTThreadTeam){ .isAtWork = ATOMIC_FLAG_INIT, .helpers = calloc((size_t)helpers, sizeof(Helper)) };
    if (!team->helpers) {
        free(team);
        return NULL;
    }
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->wake, NULL);
    for (int32_t i = 0; i < helpers; i++) {
        Helper *helper = &team->helpers[i];
        *helper = (Helper){ .team = team, .worker = i + 1 };
        if (pthread_create(&helper->thread, NULL, help, helper) != 0) break;
        team->helperCount = i + 1;
    }
    return team;
}

void ct_team_destroy(CTThreadTeam *team) {
    atomic_store(&team->ends, true);
    wakeAll(team);
    for (int32_t i = 0; i < team->helperCount; i++) pthread_join(team->helpers[i].thread, NULL);
    pthread_cond_destroy(&team->wake);
    pthread_mutex_destroy(&team->mutex);
    free(team->helpers);
    free(team);
}

void ct_team_run(CTThreadTeam *team, int64_t count, Body body, void *context) {
    if (atomic_flag_test_and_set_explicit(&team->isAtWork, memory_order_acquire)) {
        for (int64_t item = 0; item < count; item++) body(context, item, 0);
        return;
    }
    uint32_t piece = PIECE(atomic_load(&team->ticket)) + 1;
    atomic_store(&team->ticket, TICKET(piece, CLOSED));
    atomic_store_explicit(&team->body, body, memory_order_release);
    atomic_store_explicit(&team->context, context, memory_order_release);
    atomic_store_explicit(&team->count, count, memory_order_release);
    atomic_store_explicit(&team->unfinished, count, memory_order_release);
    atomic_store(&team->ticket, TICKET(piece, 0));
    wakeAll(team);
    work(team, 0);
    for (int look = 0; atomic_load_explicit(&team->unfinished, memory_order_acquire) > 0; look++) {
        if (look < LOOKS) pauseBriefly();
        else sched_yield();
    }
    atomic_flag_clear_explicit(&team->isAtWork, memory_order_release);
}
