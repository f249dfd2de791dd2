package io.aggr.sim;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Classes of the simulator, two with an offence against the rules of the layers and one without. */
public final class SimulatorOffences {

    private SimulatorOffences() {}

    /** Reads the clock of the machine. */
    public static final class ReadsNanoTime {
        long offence() {
            return System.nanoTime();
        }
    }

    /** Uses the network. */
    public static final class OpensSocket {
        void offence() throws SocketException {
            new DatagramSocket().close();
        }
    }

    /** Draws from a seed and writes a report. */
    public static final class Innocent {
        void report(Path file, long seed) throws IOException {
            Files.writeString(file, "" + new Random(seed).nextInt());
        }
    }
}
