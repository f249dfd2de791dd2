package io.aggr.sim;

import com.google.common.collect.ImmutableList;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.CidrPrefix;

/** Where an end of a simulated bond is, and what follows from that: its name, its keys, the networks behind it. */
enum SimPlace {
    SITE("site", SimKeys.SITE, "10.1.0.0/16", "fd00:1::/32"),
    HUB("hub", SimKeys.HUB, "10.2.0.0/16", "fd00:2::/32");

    private final String text;
    private final SimKeys keys;
    private final ImmutableList<String> networks;

    SimPlace(String text, SimKeys keys, String... networks) {
        this.text = text;
        this.keys = keys;
        this.networks = ImmutableList.copyOf(networks);
    }

    String text() {
        return text;
    }

    SimKeys keys() {
        return keys;
    }

    SimPlace other() {
        return this == SITE ? HUB : SITE;
    }

    /** What the other end, which is peer 0 here, may send and get. */
    AllowedIps networksOfOther() {
        SimPlace other = other();
        return AllowedIps.of(other.networks.stream()
                .map(network -> new AllowedIps.Entry(CidrPrefix.parse(network), 0, other.text))
                .toList());
    }
}
