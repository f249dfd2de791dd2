package io.aggr.examples.daemon;

import io.aggr.examples.daemon.status.StatusPaths;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/** The program {@code aggr}. */
public final class Main {

    private Main() {}

    /**
     * Runs the program and ends the JVM.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        Thread.setDefaultUncaughtExceptionHandler((thread, problem) ->
                LoggerFactory.getLogger(Main.class).error("thread {} ended", thread.getName(), problem));
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        StatusPaths places = StatusPaths.system(System.getenv());
        System.exit(new Cli(out, err, new CoreBond.Opener(), StopSignals::install, places).run(args));
    }
}
