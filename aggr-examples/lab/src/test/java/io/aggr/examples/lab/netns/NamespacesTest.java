package io.aggr.examples.lab.netns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamespacesTest {

    @Test
    void a_name_carries_its_owner() {
        assertThat(Namespaces.ownerOf(new Namespaces(4711).name("lan-a"))).hasValue(4711L);
    }

    @Test
    void names_of_others_have_no_owner() {
        assertThat(Namespaces.ownerOf("aggr-probe-1")).isEmpty();
        assertThat(Namespaces.ownerOf("aggrlab-x-lan-a")).isEmpty();
    }
}
