package io.aggr.examples.lab;

import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.examples.lab.traffic.TransferResult;
import io.aggr.sim.SimulationReport.PingTimes;
import io.aggr.sim.cases.CaseFigures;
import java.time.Duration;
import java.util.List;

/** A {@link LabResult} as the marks of a case look at it. Times count from the first byte, at which the events of a case begin to count too. */
final class LabFigures implements CaseFigures {

    /** Half a second. */
    private static final int RAMP_SAMPLES = 5;

    private final LabResult result;

    LabFigures(LabResult result) {
        this.result = result;
    }

    @Override
    public double goodputBitsPerSecond(Duration from, Duration to) {
        return result.transfer().goodputBitsPerSecond(from.toNanos(), to.toNanos());
    }

    @Override
    public double shareOfIdeal(Duration from, Duration to) {
        return result.shareOfIdeal(from.toNanos(), to.toNanos());
    }

    @Override
    public double shareOfNative(Duration from, Duration to) {
        // What was measured or computed as native stands for the whole run: its relation to the ideal is the same
        // throughout.
        return shareOfIdeal(from, to) * result.idealBitsPerSecond() / result.nativeBitsPerSecond();
    }

    @Override
    public double payloadShare() {
        return result.payloadShare();
    }

    @Override
    public PingTimes pingIdle() {
        return times(result.idle());
    }

    @Override
    public PingTimes pingLoaded(Duration from, Duration to) {
        return times(result.pings(from.toNanos(), to.toNanos()));
    }

    private static PingTimes times(PingResult pings) {
        return new PingTimes(pings.quantileNanos(0.5), pings.quantileNanos(0.95), pings.quantileNanos(1), pings.lost());
    }

    @Override
    public long longestGapNanos(Duration from, Duration to) {
        return result.transfer().longestGapNanos(from.toNanos(), to.toNanos());
    }

    @Override
    public long nanosToShareOfIdeal(double share) {
        List<TransferResult.Sample> samples = result.transfer().samples();
        long startNanos = result.transfer().startNanos();
        for (int i = RAMP_SAMPLES; i <= samples.size(); i++) {
            long from =
                    i == RAMP_SAMPLES ? 0 : samples.get(i - RAMP_SAMPLES - 1).endNanos() - startNanos;
            long to = samples.get(i - 1).endNanos() - startNanos;
            if (result.shareOfIdeal(from, to) >= share) {
                return to;
            }
        }
        return Long.MAX_VALUE;
    }

    @Override
    public long retransmissions() {
        return result.transfer().kernel().retransmittedSegments();
    }

    @Override
    public long timeouts() {
        return result.transfer().kernel().timeouts();
    }

    @Override
    public double datagramsLostShare() {
        return result.transfer().datagrams().lostShare();
    }

    @Override
    public double datagramsOutOfOrderShare() {
        return result.transfer().datagrams().overtakenShare();
    }

    @Override
    public List<Double> lineShares() {
        return result.lineShares();
    }

    @Override
    public boolean isValid() {
        return result.isValid();
    }
}
