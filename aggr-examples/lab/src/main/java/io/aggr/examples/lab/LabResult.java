package io.aggr.examples.lab;

import io.aggr.examples.lab.emulator.Lateness;
import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.examples.lab.traffic.TransferPlan.Direction;
import io.aggr.examples.lab.traffic.TransferResult;
import io.aggr.sim.CongestionAlgorithm;
import java.util.List;

/**
 * What a scenario showed. Rates are bit/s of TCP payload after the warm-up unless said otherwise.
 *
 * @param scenario what was measured
 * @param addresses over which protocols
 * @param congestion congestion control of the hosts
 * @param transfer what the receiver saw, warm-up included
 * @param goodputBitsPerSecond what came
 * @param payloadShare share of payload in a full packet on a line, after encapsulation
 * @param idealBitsPerSecond what the lines could have carried: their rates, as they were at each time, times that share
 * @param nativeBitsPerSecond what TCP gets on the bare lines together
 * @param isNativeMeasured whether that was measured; otherwise it is computed for lines without loss
 * @param longestGapNanos longest time in which nothing came
 * @param idle pings before the transfer
 * @param pings pings during it, warm-up included
 * @param counted the part of the transfer that counts
 * @param samples counters of the lines, from the begin of the transfer to its end
 * @param history what the lines that were used did at each time
 * @param happened what happened to lines
 * @param daemonCpuNanos processor time of both daemons during the transfer, 0 without daemons
 * @param lateness how late the emulator was
 * @param droppedByEmulator packets that the emulator lost by its own fault
 * @param isRealtime whether the emulator's and the daemons' packet threads ran before those of ordinary programs
 * @param daemonStatus what both daemons said of themselves right after the transfer, for people; empty without a bond
 */
public record LabResult(
        Scenario scenario,
        AddressPlan addresses,
        CongestionAlgorithm congestion,
        TransferResult transfer,
        double goodputBitsPerSecond,
        double payloadShare,
        double idealBitsPerSecond,
        double nativeBitsPerSecond,
        boolean isNativeMeasured,
        long longestGapNanos,
        PingResult idle,
        PingResult pings,
        TransferResult.Window counted,
        List<LabSample> samples,
        LineHistory history,
        List<HappenedEvent> happened,
        long daemonCpuNanos,
        Lateness lateness,
        long droppedByEmulator,
        boolean isRealtime,
        String daemonStatus) {

    /** Copies the lists. */
    public LabResult {
        samples = List.copyOf(samples);
        happened = List.copyOf(happened);
    }

    /**
     * Whether the emulator kept its times and lost nothing; otherwise the figures say more about the machine.
     *
     * @return false for a void run
     */
    public boolean isValid() {
        return lateness.isTolerable() && droppedByEmulator == 0;
    }

    /**
     * Pings of the part that counts.
     *
     * @return in the order in which they were sent
     */
    public PingResult loaded() {
        return pings(counted.fromNanos(), counted.toNanos());
    }

    /**
     * Pings of a part of the transfer.
     *
     * @param fromNanos begin, nanoseconds after the first byte
     * @param toNanos end, nanoseconds after the first byte
     * @return in the order in which they were sent
     */
    public PingResult pings(long fromNanos, long toNanos) {
        long startNanos = transfer.startNanos();
        return new PingResult(pings.echoes().stream()
                .filter(echo -> echo.sentNanos() - startNanos >= fromNanos && echo.sentNanos() - startNanos < toNanos)
                .toList());
    }

    /**
     * Goodput over ideal.
     *
     * @return 1 is all that can be had
     */
    public double shareOfIdeal() {
        return goodputBitsPerSecond / idealBitsPerSecond;
    }

    /**
     * Goodput over that of TCP on the bare lines.
     *
     * @return 1 is as much as without a bond on all lines together
     */
    public double shareOfNative() {
        return goodputBitsPerSecond / nativeBitsPerSecond;
    }

    /**
     * Payload per time in a part of the transfer, over what the lines could have carried in that part: whether a bond keeps
     * up while a line fails or changes.
     *
     * @param fromNanos begin, nanoseconds after the first byte
     * @param toNanos end, nanoseconds after the first byte
     * @return 1 is all that can be had
     */
    public double shareOfIdeal(long fromNanos, long toNanos) {
        long startNanos = transfer.startNanos();
        double ideal = payloadShare
                * history.meanRateBitsPerSecond(
                        scenario.transfer().direction(), startNanos + fromNanos, startNanos + toNanos);
        return transfer.goodputBitsPerSecond(fromNanos, toNanos) / ideal;
    }

    /**
     * How the bytes that the lines delivered in the direction of the transfer were spread, after the warm-up.
     *
     * @return one share per line; the sum is 1, or all are 0
     */
    public List<Double> lineShares() {
        long beginNanos = transfer.startNanos() + scenario.warmUp().toNanos();
        LabSample first = null;
        LabSample last = null;
        for (LabSample sample : samples) {
            if (sample.atNanos() - beginNanos >= 0 && sample.atNanos() - transfer.endNanos() <= 0) {
                first = first == null ? sample : first;
                last = sample;
            }
        }
        int lines = scenario.lines().lines().size();
        long[] bytes = new long[lines];
        long total = 0;
        for (int line = 0; line < lines && first != null && last != null; line++) {
            bytes[line] = delivered(last, line) - delivered(first, line);
            total += bytes[line];
        }
        long sum = Math.max(1, total);
        return java.util.Arrays.stream(bytes)
                .mapToObj(each -> each / (double) sum)
                .toList();
    }

    long delivered(LabSample sample, int line) {
        boolean down = scenario.transfer().direction() == Direction.DOWN;
        return (down ? sample.down() : sample.up()).get(line).deliveredBytes();
    }
}
