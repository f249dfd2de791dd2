package io.aggr.examples.lab.traffic;

import java.util.ArrayList;
import java.util.List;

/**
 * What the receiver of a transfer saw.
 *
 * @param startNanos when its first byte came, by {@link System#nanoTime}
 * @param endNanos when it stopped counting; without a time limit, when its last byte came
 * @param totalBytes bytes of the connections' payload
 * @param samples how it went, every 100 ms
 * @param retransmittedSegments TCP segments that the sender's kernel sent again, or -1 if that is not known
 */
public record TransferResult(
        long startNanos, long endNanos, long totalBytes, List<Sample> samples, long retransmittedSegments) {

    /**
     * A tenth of a second, or what was left of it at the end.
     *
     * @param endNanos end of the interval, by {@link System#nanoTime}
     * @param bytes payload that came in it
     * @param longestGapNanos longest time between two arrivals of which the second lies in the interval
     */
    public record Sample(long endNanos, long bytes, long longestGapNanos) {}

    /** Copies the list. */
    public TransferResult {
        samples = List.copyOf(samples);
    }

    /**
     * Payload per time over the whole transfer.
     *
     * @return bit/s, 0 if nothing came
     */
    public double goodputBitsPerSecond() {
        return endNanos == startNanos ? 0 : totalBytes * 8e9 / (endNanos - startNanos);
    }

    /**
     * Payload per time in a part of the transfer, in whole samples.
     *
     * @param fromNanos begin, nanoseconds after the first byte
     * @param toNanos end, nanoseconds after the first byte
     * @return bit/s, 0 if the part holds no sample
     */
    public double goodputBitsPerSecond(long fromNanos, long toNanos) {
        long bytes = 0;
        long nanos = 0;
        long previous = startNanos;
        for (Sample sample : samples) {
            if (previous - startNanos >= fromNanos && sample.endNanos() - startNanos <= toNanos) {
                bytes += sample.bytes();
                nanos += sample.endNanos() - previous;
            }
            previous = sample.endNanos();
        }
        return nanos == 0 ? 0 : bytes * 8e9 / nanos;
    }

    /**
     * Longest time without an arrival in a part of the transfer.
     *
     * @param fromNanos begin, nanoseconds after the first byte
     * @param toNanos end, nanoseconds after the first byte
     * @return nanoseconds
     */
    public long longestGapNanos(long fromNanos, long toNanos) {
        return samples.stream()
                .filter(sample -> sample.endNanos() - startNanos > fromNanos
                        && sample.endNanos() - startNanos - Meter.INTERVAL_NANOS <= toNanos)
                .mapToLong(Sample::longestGapNanos)
                .max()
                .orElse(0);
    }

    /**
     * Reads what a receiver printed.
     *
     * @param lines its output so far
     * @param id of the transfer
     * @param retransmittedSegments as described for the record
     * @return the result; without a done line its end is that of the last sample
     */
    public static TransferResult parse(List<String> lines, long id, long retransmittedSegments) {
        List<Sample> samples = new ArrayList<>();
        boolean hasStarted = false;
        long startNanos = 0;
        long endNanos = 0;
        long totalBytes = 0;
        String ours = id + " ";
        for (String line : lines) {
            if (!line.startsWith(ours)) {
                continue;
            }
            String[] words = line.split(" ", -1);
            switch (words[1]) {
                case "start" -> {
                    hasStarted = true;
                    startNanos = Long.parseLong(words[2]);
                    endNanos = startNanos;
                }
                case "sample" -> {
                    Sample sample =
                            new Sample(Long.parseLong(words[2]), Long.parseLong(words[3]), Long.parseLong(words[4]));
                    samples.add(sample);
                    totalBytes += sample.bytes();
                    endNanos = sample.endNanos();
                }
                case "done" -> {
                    totalBytes = Long.parseLong(words[2]);
                    endNanos = hasStarted ? Long.parseLong(words[3]) : 0;
                }
                default -> throw new IllegalArgumentException("not a line of a receiver: " + line);
            }
        }
        return new TransferResult(startNanos, endNanos, totalBytes, samples, retransmittedSegments);
    }

    /**
     * Whether a receiver has printed the end of a transfer.
     *
     * @param lines its output so far
     * @param id of the transfer
     * @return whether nothing more comes
     */
    public static boolean isDone(List<String> lines, long id) {
        return lines.stream().anyMatch(line -> line.startsWith(id + " done "));
    }
}
