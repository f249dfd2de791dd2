package io.aggr.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.tun.IpPrefix;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AddressPlanTest {

    @Test
    void the_first_two_lines_have_the_addresses_of_2006() {
        AddressPlan plan = AddressPlan.ipv4();
        assertThat(plan.gateAddress(1)).isEqualTo("172.16.253.100");
        assertThat(plan.modemAddress(2)).isEqualTo("172.16.254.200");
        assertThat(plan.bondEndpoint()).isEqualTo("88.191.22.243:5080");
    }

    @ParameterizedTest
    @EnumSource
    void no_two_places_share_an_address(IpFamily family) {
        AddressPlan plan = new AddressPlan(family, family);
        Set<String> seen = new HashSet<>();
        for (int line = 1; line <= AddressPlan.MAX_LINES; line++) {
            assertThat(seen.add(plan.gateAddress(line))).isTrue();
            assertThat(seen.add(plan.modemAddress(line))).isTrue();
            assertThat(seen.add(plan.providerAddress(line))).isTrue();
            for (int generation = 0; generation < 10; generation++) {
                assertThat(seen.add(plan.lineAddress(line, generation))).isTrue();
            }
        }
        assertThat(seen.add(plan.lanAHost())).isTrue();
        assertThat(seen.add(plan.lanBHost())).isTrue();
        assertThat(seen.add(plan.pingHost())).isTrue();
        int bytes = family == IpFamily.V4 ? 4 : 16;
        assertThat(seen)
                .allSatisfy(
                        address -> assertThat(IpPrefix.parse(address).address().getAddress())
                                .hasSize(bytes));
    }

    @Test
    void there_are_eight_lines_at_most() {
        assertThatThrownBy(() -> AddressPlan.ipv4().gateAddress(9)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
