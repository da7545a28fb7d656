// Threads that share the items of short pieces of work.
//
// Handing over a piece costs well under a microsecond while the team is in use: its helpers look out for the next one
// for some tens of microseconds before they sleep. Items are claimed one by one, and the caller waits only for items
// that somebody has claimed: where no helper comes, because other programs need the processors, it does all by itself.
#ifndef CTHREADTEAM_H
#define CTHREADTEAM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CTThreadTeam CTThreadTeam;

/// A team of `helpers` threads besides the one that calls; fewer if the system gives no more. NULL without memory.
CTThreadTeam *ct_team_create(int32_t helpers);
/// Ends the threads. No work may be under way.
void ct_team_destroy(CTThreadTeam *team);

/// Calls body(context, item, worker) for every item from 0 to count - 1, each once, in no particular order; `count` is
/// below 2^32 - 1. Worker 0 is the caller, helpers are 1 … and take part if their number is below `count`; a worker handles
/// one item at a time. Work that is given to a team that is at work already, from within an item or by another thread, is
/// done by the thread that gives it.
void ct_team_run(CTThreadTeam *team, int64_t count, void (*body)(void *context, int64_t item, int32_t worker),
                 void *context);

#ifdef __cplusplus
}
#endif
#endif
