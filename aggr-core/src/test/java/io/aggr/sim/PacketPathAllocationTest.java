package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The way out and the way in allocate nothing per packet, engine and plain encapsulator together. */
@Isolated
class PacketPathAllocationTest {

    private static final int WARM_UP_SECONDS = 30;
    private static final int MEASURED_SECONDS = 20;

    /** What the thread allocates between before and after, while it is switched on. */
    private static final class Meter implements SimEnd.Probe {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long thread = Thread.currentThread().getId();
        private boolean on;
        private long beforeBytes;
        private long bytes;
        private long calls;
        private long worstBytes;

        @Override
        public void before() {
            beforeBytes = on ? threads.getThreadAllocatedBytes(thread) : 0;
        }

        @Override
        public void after() {
            if (on) {
                long allocated = threads.getThreadAllocatedBytes(thread) - beforeBytes;
                bytes += allocated;
                worstBytes = Math.max(worstBytes, allocated);
                calls++;
            }
        }
    }

    @Test
    void allocates_nothing_per_packet() {
        check(Profiles.UNEQUAL);
    }

    @Test
    void allocates_nothing_where_packets_are_lost_and_sent_again() {
        SimulationReport report = check(Profiles.LOSSY_BOTH);
        assertThat(report.siteStats().peers().get(0).events().get("repaired")).isGreaterThan(500);
    }

    private static SimulationReport check(LineSet lines) {
        Meter meter = new Meter();
        Duration length = Duration.ofSeconds(WARM_UP_SECONDS + MEASURED_SECONDS);
        SimulationReport report = Simulation.of(lines)
                .probe(meter)
                .at(Duration.ofSeconds(WARM_UP_SECONDS), "measure", bond -> meter.on = true)
                .download(length)
                .run();
        long packets = (long) (report.goodputBitsPerSecond() * MEASURED_SECONDS / 8 / 1401);
        System.out.printf(
                "allocation: %d bytes in %d calls for %d packets of one connection, at most %d bytes in one call%n",
                meter.bytes, meter.calls, packets, meter.worstBytes);
        assertThat(meter.calls).isGreaterThan(packets);
        // Not zero: the virtual machine itself may allocate for the thread once or twice.
        assertThat(meter.bytes).isLessThan(packets / 10);
        return report;
    }
}
