package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.link.LinkFault;
import java.util.Arrays;

/**
 * What the system says against receiving, link by link. Each is counted, a state that lasts only when it begins; a link that has to be opened again is
 * told of once, so that a socket which is only listened on is missed too when it is gone.
 *
 * <p>Confined to the thread that receives.
 */
final class ReceiveFaults {

    private final LinkFault[] last;
    private final EngineEvents tell;
    private final Tally<LinkFault> counts = new Tally<>("receive", LinkFault.class);

    ReceiveFaults(int links, EngineEvents tell) {
        last = new LinkFault[links];
        Arrays.fill(last, LinkFault.NONE);
        this.tell = tell;
    }

    /** A link has been asked. */
    void note(int localLink, LinkFault fault) {
        LinkFault before = last[localLink];
        if (fault == LinkFault.NONE && before == LinkFault.NONE) {
            return;
        }
        last[localLink] = fault;
        if (fault == LinkFault.NONE || (fault == before && fault.meansDown())) {
            return;
        }
        counts.count(fault);
        if (fault == LinkFault.CLOSED || fault == LinkFault.DEVICE_GONE) {
            tell.onLinkFailed(localLink);
        }
    }

    Tally<LinkFault> counts() {
        return counts;
    }
}
