/** The engine of aggr, its built-in plugins, the simulator and the conformance kit. */
module io.aggr.core {
    requires com.google.common;
    requires transitive io.aggr.api;
    requires org.jctools.core.jdk11;
    requires static org.jspecify;
    requires org.slf4j;

// A package can be exported once it has a class.
// exports io.aggr;
// exports io.aggr.sim;
// exports io.aggr.testkit;
}
