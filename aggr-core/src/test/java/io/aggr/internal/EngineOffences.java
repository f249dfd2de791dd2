package io.aggr.internal;

import com.google.common.collect.ImmutableList;
import io.aggr.internal.driver.DriverSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.SpscArrayQueue;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.slf4j.Logger;

/** Classes of an engine package, each with one offence against the rules of the layers, and some without. */
public final class EngineOffences {

    private EngineOffences() {}

    static final class ReadsNanoTime {
        long offence() {
            return System.nanoTime();
        }
    }

    static final class RefersToNanoTime {
        LongSupplier offence() {
            return System::nanoTime;
        }
    }

    static final class ReadsMillis {
        long offence() {
            return System.currentTimeMillis();
        }
    }

    static final class ReadsInstant {
        Instant offence() {
            return Instant.now();
        }
    }

    static final class Sleeps {
        void offence() throws InterruptedException {
            Thread.sleep(1);
        }
    }

    static final class Parks {
        void offence() {
            LockSupport.parkNanos(1);
        }
    }

    static final class MakesUnseededRandom {
        int offence() {
            return new Random().nextInt();
        }
    }

    static final class UsesThreadLocalRandom {
        int offence() {
            return ThreadLocalRandom.current().nextInt();
        }
    }

    static final class MakesSecureRandom {
        int offence() {
            return new SecureRandom().nextInt();
        }
    }

    static final class CallsMathRandom {
        double offence() {
            return Math.random();
        }
    }

    static final class OpensSocket {
        void offence() throws SocketException {
            new DatagramSocket().close();
        }
    }

    static final class UsesSelector {
        void offence(Selector selector) throws IOException {
            selector.selectNow();
        }
    }

    static final class ReadsFile {
        byte[] offence(Path path) {
            try {
                return Files.readAllBytes(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static final class Prints {
        void offence() {
            System.out.println();
        }
    }

    static final class KnowsTheDriver {
        DriverSample offence() {
            return new DriverSample();
        }
    }

    /** Seeds, addresses and generators that are handed in are no offence. */
    static final class Innocent {
        int draws(long seed, SecureRandom random) {
            return new Random(seed).nextInt() + random.nextInt();
        }

        InetAddress parses(byte[] address) throws UnknownHostException {
            return InetAddress.getByAddress(address);
        }

        MessagePassingQueue<String> queues() {
            return new SpscVarHandleArrayQueue<>(16);
        }
    }

    static final class UsesUnsafeQueue {
        Object offence() {
            return new SpscArrayQueue<String>(16);
        }
    }

    static final class UsesTestFramework {
        void offence() {
            org.junit.jupiter.api.Assertions.fail();
        }
    }

    public static final class ReturnsGuava {
        public ImmutableList<String> offence() {
            return ImmutableList.of();
        }
    }

    public static final class TakesGuavaInATypeArgument {
        public void offence(java.util.List<ImmutableList<String>> lists) {
            lists.clear();
        }
    }

    public static class HasProtectedLogger {
        protected @org.jspecify.annotations.Nullable Logger offence;
    }

    public abstract static class ImplementsJCTools implements MessagePassingQueue<String> {}

    public static final class HidesGuava {
        ImmutableList<String> inside() {
            return ImmutableList.of();
        }
    }
}
