package io.aggr.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinkContractsTest {

    private static final Map<LinkState, Set<LinkState>> ARROWS = Map.of(
            LinkState.DOWN, EnumSet.of(LinkState.PROBING),
            LinkState.PROBING, EnumSet.of(LinkState.UP, LinkState.DOWN),
            LinkState.UP, EnumSet.of(LinkState.SUSPECT, LinkState.DOWN),
            LinkState.SUSPECT, EnumSet.of(LinkState.UP, LinkState.COOLING, LinkState.DOWN),
            LinkState.COOLING, EnumSet.of(LinkState.UP, LinkState.SUSPECT, LinkState.DOWN));

    private static final InetSocketAddress FAR = new InetSocketAddress("192.0.2.1", 5080);

    @ParameterizedTest
    @EnumSource
    void a_state_becomes_only_what_an_arrow_leads_to(LinkState state) {
        for (LinkState next : LinkState.values()) {
            assertThat(state.canBecome(next))
                    .as("%s to %s", state, next)
                    .isEqualTo(ARROWS.get(state).contains(next));
        }
    }

    @Test
    void only_a_line_that_is_up_carries_traffic() {
        assertThat(EnumSet.allOf(LinkState.class).stream().filter(LinkState::carriesTraffic))
                .containsExactly(LinkState.UP);
    }

    @Test
    void a_fault_is_passing_or_means_down_or_neither_but_not_both() {
        for (LinkFault fault : LinkFault.values()) {
            assertThat(fault.isTransient() && fault.meansDown()).as("%s", fault).isFalse();
        }
        assertThat(LinkFault.CLOSED.meansDown()).isTrue();
        assertThat(LinkFault.WOULD_BLOCK.isTransient()).isTrue();
        assertThat(LinkFault.REFUSED.meansDown()).as("anyone can say so").isFalse();
    }

    @Test
    void settings_are_refined_step_by_step() {
        LinkSettings settings = LinkSettings.to("dsl", FAR)
                .withLocal(new InetSocketAddress("192.0.2.2", 0))
                .withDevice("eth1")
                .withRoutingTable(3);
        assertThat(settings).isEqualTo(new LinkSettings("dsl", new InetSocketAddress("192.0.2.2", 0), "eth1", 3, FAR));
        assertThat(LinkSettings.listening("any", FAR).remote()).isNull();
    }

    @Test
    void settings_that_cannot_work_are_refused_with_the_name_of_the_link() {
        InetSocketAddress v6 = new InetSocketAddress("2001:db8::1", 5080);
        assertThatThrownBy(() -> LinkSettings.to(" ", FAR)).hasMessageContaining("name");
        assertThatThrownBy(() -> LinkSettings.to("dsl", InetSocketAddress.createUnresolved("host.invalid", 1)))
                .hasMessageContaining("host.invalid");
        assertThatThrownBy(() -> LinkSettings.to("dsl", FAR).withLocal(v6)).hasMessageContaining("families");
        assertThatThrownBy(() -> LinkSettings.to("dsl", FAR).withRoutingTable(256))
                .hasMessageContaining("256");
        assertThatThrownBy(() -> new LinkSettings("dsl", null, "eth1", LinkSettings.MAIN_TABLE, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dsl");
    }

    @Test
    void a_watch_needs_something_to_watch() {
        assertThatThrownBy(() -> new Watch.FileDescriptor(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Watch.Channel(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> new Watch.Push(null)).isInstanceOf(NullPointerException.class);
    }
}
