/** A scheduler plugin. The library finds it by the line that says "provides"; nothing has to be exported. */
module io.aggr.examples.scheduler {
    requires io.aggr.api;

    provides io.aggr.schedule.SchedulerProvider with
            io.aggr.examples.scheduler.LowestRtt;
}
