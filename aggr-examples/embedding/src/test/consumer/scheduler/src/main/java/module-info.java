module com.example.scheduler {
    requires io.aggr.api;

    provides io.aggr.schedule.SchedulerProvider with
            com.example.scheduler.ByTurns;
}
