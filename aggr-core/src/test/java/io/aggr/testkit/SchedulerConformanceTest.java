package io.aggr.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The kit itself: it lets a good scheduler pass and names the rule that a bad one breaks. */
class SchedulerConformanceTest {

    private static void firstAccepting(OutgoingPacket packet, LinkSet links, Picks picks) {
        for (int i = 0; i < links.size(); i++) {
            if (links.get(i).accepts(packet)) {
                picks.add(i);
                return;
            }
        }
    }

    private static Rule broken(Supplier<Scheduler> schedulers) {
        BrokenRule caught = catchThrowableOfType(BrokenRule.class, () -> SchedulerConformance.check(schedulers));
        assertThat(caught).as("nothing was found").isNotNull();
        assertThat(caught).hasMessageStartingWith(caught.rule().id());
        return caught.rule();
    }

    @Test
    void lets_a_good_scheduler_pass() {
        assertThatCode(() -> SchedulerConformance.check(
                        () -> (packet, links, nowNanos, picks) -> firstAccepting(packet, links, picks)))
                .doesNotThrowAnyException();
    }

    @Test
    void catches_one_that_picks_lines_that_are_down() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> picks.add(0)))
                .isEqualTo(SchedulerRule.PICKS_ACCEPTING);
    }

    @Test
    void catches_one_that_counts_lines_from_one() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> {
                    for (int i = 0; i < links.size(); i++) {
                        if (links.get(i).accepts(packet)) {
                            picks.add(i + 1);
                            return;
                        }
                    }
                }))
                .isEqualTo(SchedulerRule.PICKS_IN_RANGE);
    }

    @Test
    void catches_one_that_never_uses_an_unmeasured_line() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> {
                    for (int i = 0; i < links.size(); i++) {
                        if (links.get(i).isMeasured() && links.get(i).accepts(packet)) {
                            picks.add(i);
                            return;
                        }
                    }
                }))
                .isEqualTo(SchedulerRule.WAITS_END);
    }

    @Test
    void catches_one_that_fails_when_no_line_is_left() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> {
                    List<LinkView> usable = new ArrayList<>();
                    for (int i = 0; i < links.size(); i++) {
                        if (links.get(i).accepts(packet)) {
                            usable.add(links.get(i));
                        }
                    }
                    picks.add(Collections.max(usable, (a, b) -> Long.compare(b.rttNanos(), a.rttNanos()))
                            .index());
                }))
                .isEqualTo(SchedulerRule.THROWS_NOTHING);
    }

    @Test
    void catches_one_that_allocates() {
        assertThat(broken(() -> new Scheduler() {
                    List<Integer> usable = List.of();

                    @Override
                    public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
                        usable = new ArrayList<>();
                        for (int i = 0; i < links.size(); i++) {
                            if (links.get(i).accepts(packet)) {
                                usable.add(i);
                            }
                        }
                        if (!usable.isEmpty()) {
                            picks.add(usable.get(0));
                        }
                    }
                }))
                .isEqualTo(SchedulerRule.ALLOCATES_NOTHING);
    }

    @Test
    void catches_one_that_keeps_a_line() {
        assertThat(broken(() -> new Scheduler() {
                    @Nullable
                    LinkView last;

                    @Override
                    public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
                        if (last != null && last.accepts(packet)) {
                            picks.add(last.index());
                            return;
                        }
                        for (int i = 0; i < links.size(); i++) {
                            if (links.get(i).accepts(packet)) {
                                last = links.get(i);
                                picks.add(i);
                                return;
                            }
                        }
                    }
                }))
                .isEqualTo(SchedulerRule.KEEPS_NOTHING);
    }

    @Test
    void catches_one_that_picks_a_line_twice() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> {
                    firstAccepting(packet, links, picks);
                    if (packet.isRepair()) {
                        firstAccepting(packet, links, picks);
                    }
                }))
                .isEqualTo(SchedulerRule.PICKS_ONCE);
    }

    @Test
    void catches_one_that_drops_what_it_sends() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> {
                    firstAccepting(packet, links, picks);
                    picks.drop();
                }))
                .isEqualTo(SchedulerRule.ONE_ANSWER);
    }

    @Test
    void catches_one_that_drops_everything() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> picks.drop()))
                .isEqualTo(SchedulerRule.SENDS);
    }

    @Test
    void catches_one_that_waits_for_nothing() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> picks.waitAtMost(0)))
                .isEqualTo(SchedulerRule.WAITS_FORWARD);
    }

    @Test
    void catches_one_that_waits_in_small_steps_for_ever() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> picks.waitAtMost(1)))
                .isEqualTo(SchedulerRule.WAITS_END);
    }

    @Test
    void catches_one_that_writes_into_a_packet() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> {
                    firstAccepting(packet, links, picks);
                    packet.buffer().get();
                }))
                .isEqualTo(SchedulerRule.LEAVES_PACKETS_ALONE);
    }

    @Test
    void catches_one_that_goes_round_in_circles() {
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> {
                    for (int i = 0; i < 1000; i++) {
                        links.get(0).rttNanos();
                    }
                    firstAccepting(packet, links, picks);
                }))
                .isEqualTo(SchedulerRule.LOOKS_ONCE);
    }

    @Test
    void catches_one_that_blocks() {
        CountDownLatch never = new CountDownLatch(1);
        assertThat(broken(() -> (packet, links, nowNanos, picks) -> {
                    firstAccepting(packet, links, picks);
                    try {
                        // Other packets of the kit are shorter; blocking on each would take long.
                        if (packet.lengthBytes() == 1400 && never.await(7, TimeUnit.MILLISECONDS)) {
                            throw new IllegalStateException();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .isEqualTo(SchedulerRule.PROMPT);
    }

    @Test
    void catches_one_instance_for_all() {
        Scheduler shared = new Scheduler() {
            @Override
            public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
                firstAccepting(packet, links, picks);
            }
        };
        assertThat(broken(() -> shared)).isEqualTo(SchedulerRule.NEW_INSTANCE);
    }
}
