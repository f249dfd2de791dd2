package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreboardTest {

    /** One segment of the reference model, with all its state in the open. */
    private static final class Segment {
        final long start;
        long sentNanos;
        boolean sacked;
        boolean lost;
        boolean again;

        Segment(long start, long sentNanos) {
            this.start = start;
            this.sentNanos = sentNanos;
        }
    }

    @Test
    void agrees_with_a_plain_list_under_random_use() {
        long seed = Seeds.next("ScoreboardTest");
        SeededRandom random = new SeededRandom(seed);
        Scoreboard board = new Scoreboard();
        List<Segment> model = new ArrayList<>();
        long next = 0;
        long now = 0;
        for (int step = 0; step < 100_000; step++) {
            now++;
            int pick = model.isEmpty() ? -1 : random.nextInt(model.size());
            int id = board.first() + pick;
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    if (model.size() < 1000) {
                        int length = 1 + random.nextInt(1448);
                        board.append(next, length, now);
                        model.add(new Segment(next, now));
                        next += length;
                    }
                }
                case 3 -> {
                    if (pick >= 0 && !model.get(pick).sacked) {
                        board.markSacked(id);
                        Segment segment = model.get(pick);
                        segment.sacked = true;
                        segment.lost = false;
                        segment.again = false;
                    }
                }
                case 4 -> {
                    if (pick >= 0) {
                        Segment segment = model.get(pick);
                        boolean news = !segment.sacked && !(segment.lost && !segment.again);
                        assertThat(board.markLost(id)).isEqualTo(news);
                        if (news) {
                            segment.lost = true;
                            segment.again = false;
                        }
                    }
                }
                case 5 -> {
                    int lost = board.firstToRetransmit();
                    int expected = -1;
                    for (int i = 0; i < model.size() && expected < 0; i++) {
                        expected = model.get(i).lost && !model.get(i).again ? i : -1;
                    }
                    assertThat(lost)
                            .as("seed %d step %d", seed, step)
                            .isEqualTo(expected < 0 ? -1 : board.first() + expected);
                    if (lost >= 0) {
                        board.retransmit(lost, now);
                        model.get(expected).again = true;
                        model.get(expected).sentNanos = now;
                    }
                }
                case 6 -> {
                    for (int i = random.nextInt(4); i > 0 && !model.isEmpty(); i--) {
                        board.removeFirst();
                        model.remove(0);
                    }
                }
                default -> {
                    if (random.nextInt(200) == 0) {
                        board.forgiveLosses();
                        model.forEach(segment -> segment.lost = false);
                    }
                }
            }
            if (step % 50 == 0) {
                check(board, model, "seed " + seed + " step " + step);
            }
        }
    }

    private static void check(Scoreboard board, List<Segment> model, String where) {
        assertThat(board.count()).as(where).isEqualTo(model.size());
        assertThat(board.sackedCount()).as(where).isEqualTo((int)
                model.stream().filter(s -> s.sacked).count());
        assertThat(board.lostCount()).as(where).isEqualTo((int)
                model.stream().filter(s -> s.lost).count());
        assertThat(board.retransmittedCount()).as(where).isEqualTo((int)
                model.stream().filter(s -> s.again).count());
        List<Long> byTime = new ArrayList<>();
        for (int id = board.oldest(); id >= 0; id = board.newerThan(id)) {
            byTime.add(board.start(id));
        }
        List<Long> expected = model.stream()
                .filter(segment -> !segment.sacked && !(segment.lost && !segment.again))
                .sorted(Comparator.comparingLong(segment -> segment.sentNanos))
                .map(segment -> segment.start)
                .toList();
        assertThat(byTime).as(where).isEqualTo(expected);
        for (int i = 0; i < model.size(); i += 7) {
            assertThat(board.firstFrom(model.get(i).start)).as(where).isEqualTo(board.first() + i);
            assertThat(board.firstFrom(model.get(i).start + 1)).as(where).isEqualTo(board.first() + i + 1);
        }
    }

    @Test
    void cuts_long_segments_and_keeps_what_is_known() {
        Scoreboard board = new Scoreboard();
        for (int i = 0; i < 10; i++) {
            board.append(i * 1000L, 1000, i);
        }
        board.markSacked(3);
        board.markLost(4);
        board.retransmit(4, 20);
        board.markLost(5);
        board.removeFirst();
        board.cutTo(600);

        assertThat(board.count()).isEqualTo(18);
        assertThat(board.sackedCount()).isEqualTo(2);
        assertThat(board.lostCount()).isEqualTo(16);
        assertThat(board.inFlight()).isZero();
        assertThat(board.start(board.first())).isEqualTo(1000);
        long position = 1000;
        for (int id = board.first(); id < board.end(); id++) {
            assertThat(board.start(id)).isEqualTo(position);
            assertThat(board.length(id)).isLessThanOrEqualTo(600);
            position = board.endSequence(id);
        }
        assertThat(position).isEqualTo(10_000);
        assertThat(board.isSacked(board.firstFrom(3000))).isTrue();
        assertThat(board.firstToRetransmit()).isEqualTo(board.first());
    }
}
