module com.example.app {
    requires io.aggr.core;
}
