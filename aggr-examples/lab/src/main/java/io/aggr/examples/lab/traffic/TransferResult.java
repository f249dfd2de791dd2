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
 * @param kernel what the sender's TCP had to do meanwhile
 * @param datagrams what became of datagrams, if that is what was sent
 */
public record TransferResult(
        long startNanos,
        long endNanos,
        long totalBytes,
        List<Sample> samples,
        KernelCounts kernel,
        DatagramCounts datagrams) {

    private static final int EVEN_SAMPLES = 3;
    private static final long SEARCH_NANOS = 2_000_000_000L;

    /**
     * A tenth of a second, or what was left of it at the end.
     *
     * @param endNanos end of the interval, by {@link System#nanoTime}
     * @param bytes payload that came in it
     * @param longestGapNanos longest time between two arrivals of which the second lies in the interval
     */
    public record Sample(long endNanos, long bytes, long longestGapNanos) {}

    /**
     * What a kernel's TCP has done.
     *
     * @param retransmittedSegments segments sent again, or -1 if that is not known
     * @param timeouts retransmission time-outs, or -1 if that is not known
     */
    public record KernelCounts(long retransmittedSegments, long timeouts) {
        /** Not known. */
        public static final KernelCounts UNKNOWN = new KernelCounts(-1, -1);

        /**
         * What was done since an earlier moment.
         *
         * @param before the counts of that moment
         * @return the difference; unknown where either is
         */
        public KernelCounts since(KernelCounts before) {
            return new KernelCounts(
                    difference(retransmittedSegments, before.retransmittedSegments),
                    difference(timeouts, before.timeouts));
        }

        private static long difference(long now, long before) {
            return now < 0 || before < 0 ? -1 : now - before;
        }
    }

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
     * A part of a transfer, in nanoseconds after its first byte.
     *
     * @param fromNanos begin
     * @param toNanos end
     */
    public record Window(long fromNanos, long toNanos) {}

    /**
     * The part of the transfer that counts: behind a warm-up, and begun and ended while the bytes came evenly. TCP hands out
     * in one piece what waited behind a lost segment; a border within such a wait would count too much or too little.
     *
     * @param warmUpNanos what does not count in any case
     * @return the part; its borders move inwards by up to 2 s each, and not at all where nothing is even
     */
    public Window steadyWindow(long warmUpNanos) {
        long wholeNanos = endNanos - startNanos;
        long[] sorted = samples.stream().mapToLong(Sample::bytes).sorted().toArray();
        long median = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
        long fromNanos = warmUpNanos;
        long toNanos = wholeNanos;
        for (int i = EVEN_SAMPLES - 1; i < samples.size(); i++) {
            long atNanos = samples.get(i).endNanos() - startNanos;
            if (atNanos >= warmUpNanos && atNanos <= warmUpNanos + SEARCH_NANOS && isEven(i, median)) {
                fromNanos = atNanos;
                break;
            }
        }
        for (int i = samples.size() - 1; i >= EVEN_SAMPLES - 1; i--) {
            long atNanos = samples.get(i).endNanos() - startNanos;
            if (atNanos >= wholeNanos - SEARCH_NANOS && atNanos > fromNanos && isEven(i, median)) {
                toNanos = atNanos;
                break;
            }
        }
        return new Window(fromNanos, toNanos);
    }

    private boolean isEven(int last, long median) {
        for (int i = last - EVEN_SAMPLES + 1; i <= last; i++) {
            long bytes = samples.get(i).bytes();
            if (bytes * 4 < median * 3 || bytes * 4 > median * 5) {
                return false;
            }
        }
        return true;
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
     * @param kernel as described for the record
     * @return the result; without a done line its end is that of the last sample
     */
    public static TransferResult parse(List<String> lines, long id, KernelCounts kernel) {
        List<Sample> samples = new ArrayList<>();
        boolean hasStarted = false;
        long startNanos = 0;
        long endNanos = 0;
        long totalBytes = 0;
        DatagramCounts datagrams = DatagramCounts.NONE;
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
                case "datagrams" ->
                    datagrams = new DatagramCounts(
                            Long.parseLong(words[2]),
                            Long.parseLong(words[3]),
                            Long.parseLong(words[4]),
                            Long.parseLong(words[5]));
                default -> throw new IllegalArgumentException("not a line of a receiver: " + line);
            }
        }
        return new TransferResult(startNanos, endNanos, totalBytes, samples, kernel, datagrams);
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
