package io.aggr.internal.encap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IndexTableTest {

    @Test
    void finds_nothing_when_empty() {
        IndexTable<String> table = IndexTable.empty();
        assertThat(table.get(0)).isNull();
        assertThat(table.get(-1)).isNull();
        assertThat(table.without(7)).isSameAs(table);
    }

    @Test
    void a_change_leaves_the_old_table_as_it_was() {
        IndexTable<String> before = IndexTable.<String>empty().with(0, "zero").with(-1, "all");
        IndexTable<String> after = before.with(0, "null").without(-1).with(5, "five");
        assertThat(before.size()).isEqualTo(2);
        assertThat(before.get(0)).isEqualTo("zero");
        assertThat(before.get(-1)).isEqualTo("all");
        assertThat(after.size()).isEqualTo(2);
        assertThat(after.get(0)).isEqualTo("null");
        assertThat(after.get(-1)).isNull();
        assertThat(after.get(5)).isEqualTo("five");
    }

    @Test
    void agrees_with_a_map() {
        long seed = Seeds.first();
        SplittableRandom random = new SplittableRandom(seed);
        Map<Integer, Integer> model = new HashMap<>();
        IndexTable<Integer> table = IndexTable.empty();
        for (int step = 0; step < 4_000; step++) {
            int key = random.nextBoolean() ? random.nextInt(100) : random.nextInt(50) << 26;
            if (random.nextInt(3) > 0) {
                table = table.with(key, step);
                model.put(key, step);
            } else {
                table = table.without(key);
                model.remove(key);
            }
            assertThat(table.size()).as("seed %d", seed).isEqualTo(model.size());
            int probe = random.nextInt(100);
            assertThat(table.get(probe)).as("seed %d", seed).isEqualTo(model.get(probe));
        }
        for (int key = 0; key < 100; key++) {
            assertThat(table.get(key)).as("seed %d", seed).isEqualTo(model.get(key));
            assertThat(table.get(key << 26)).as("seed %d", seed).isEqualTo(model.get(key << 26));
        }
    }
}
