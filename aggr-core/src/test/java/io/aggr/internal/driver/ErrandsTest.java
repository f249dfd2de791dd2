package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrandsTest {

    private final List<String> done = new ArrayList<>();
    private int wakes;
    private final Errands errands = new Errands(() -> wakes++);

    /** As if the thread came round at once. */
    private final Errands prompt = new Errands(this::round);

    private void round() {
        prompt.run();
    }

    @Test
    void are_done_in_order_when_the_thread_comes_round() {
        errands.add(() -> done.add("one"));
        errands.add(() -> done.add("two"));
        assertThat(done).isEmpty();
        assertThat(wakes).isEqualTo(2);
        errands.run();
        assertThat(done).containsExactly("one", "two");
        errands.run();
        assertThat(done).hasSize(2);
    }

    @Test
    void are_waited_for_and_tell_what_went_wrong() {
        prompt.addAndWait(() -> done.add("one"));
        assertThat(done).containsExactly("one");
        assertThatThrownBy(() -> prompt.addAndWait(() -> {
                    throw new IllegalArgumentException("no such peer");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no such peer");
    }

    @Test
    void a_thread_that_has_not_begun_or_is_the_caller_is_not_waited_for() {
        assertThat(errands.ask(() -> 7, new Thread(() -> {}))).isEqualTo(7);
        assertThat(errands.ask(() -> 8, Thread.currentThread())).isEqualTo(8);
    }
}
