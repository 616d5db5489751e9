#include "tests/prove/run.h"
#include "tests/prove/strata.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static struct lab lab;
int main(int c, char **v)
{
    int s = atoi(v[1]), batch = c>2? atoi(v[2]):32; uint64_t limit = c>3? strtoull(v[3],0,0): 1000000; uint64_t stride=c>4? strtoull(v[4],0,0):1;
    strata_prepare();
    printf("%-26s %10llu ",strata[s].name,(unsigned long long)strata_size(s)); fflush(stdout); if(strata[s].alone) batch=1;
    lab_open(&lab, c>5);
    struct timespec a,b; clock_gettime(CLOCK_MONOTONIC,&a);
    uint64_t ran=0, cmp=0, bad=0;
    for (uint64_t n=strata_start(s), e=n+strata_size(s); n<e && ran<limit;) {
        int count=0;
        lab.world_count=batch;
        for (; n<e && count<batch; n+=stride) { if (!strata_plan(n,&lab.worlds[count].plan)) continue;
            if (count && !run_same_schedule(&lab.worlds[0].plan,&lab.worlds[count].plan)) break;
            world_start(&lab.worlds[count],&lab,n); count++; }
        lab.world_count=count; if(!count) break;
        run_cases(&lab); ran+=count;
        if (lab.spoilt) { for(int w=0;w<count;w++) if(lab.worlds[w].message[0]) printf("case %llu: %s\n",(unsigned long long)lab.worlds[w].number,lab.worlds[w].message); lab_abandon(&lab); if(++bad>10) break; }
    }
    clock_gettime(CLOCK_MONOTONIC,&b);
    double t=(b.tv_sec-a.tv_sec)+(b.tv_nsec-a.tv_nsec)*1e-9;
    printf("%llu cases, %llu comparisons, %.2f s, %.0f/s; order %llu/%llu; %s\n",(unsigned long long)ran,(unsigned long long)cmp,t,ran/t,(unsigned long long)lab.in_order,(unsigned long long)lab.out_of_order, lab_close(&lab));
}
