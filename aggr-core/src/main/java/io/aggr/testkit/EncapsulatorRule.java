package io.aggr.testkit;

import java.util.Locale;

/**
 * What {@link EncapsulatorConformance} looks at.
 *
 * @since 0.1
 */
public enum EncapsulatorRule implements Rule {
    /** See {@link io.aggr.spi.Provider#name}. */
    NAMED("The provider's name is lower-case letters, digits and hyphens."),
    /** See {@link io.aggr.encap.EncapsulatorProvider#authenticates}. */
    SAYS_THE_SAME("Provider and encapsulator say the same about authentication."),
    /** See {@link io.aggr.encap.Encapsulator}. */
    CONSTANT_PARTS("Traits, sealer, opener and handshake are always the same."),
    /** See {@link io.aggr.encap.Sealer#isReady}. */
    NOTHING_BEFORE_THE_SESSION("Before there is a session, nothing is sealed and nothing opened."),
    /** See {@link io.aggr.encap.Handshake}. */
    AGREES("Two ends that know each other agree on a session, and can then send both ways."),
    /** See {@link io.aggr.encap.Handshake}. */
    SURVIVES_LOSS("They agree also when any one datagram is lost."),
    /** See {@link io.aggr.encap.Session#peer}. */
    NAMES_THE_PEER("A session belongs to the peer that it was made with."),
    /** See {@link io.aggr.encap.Session#association}. */
    RESTARTS("When one end has started anew, they agree again, on another association."),
    /** See {@link io.aggr.encap.Opener#open}. */
    ROUND_TRIP("What was sealed comes out as it went in."),
    /** See {@link io.aggr.encap.EncapsulationTraits#overheadBytes}. */
    OVERHEAD("A datagram is longer than its plaintext by the overhead that the traits say."),
    /** See {@link io.aggr.encap.Opened}. */
    COUNTERS("Peer, line and counter come out as they went in."),
    /** See {@link io.aggr.encap.Opener#open}. */
    STAYS_INSIDE("Nothing is written outside the datagram, its head-room and its tail-room."),
    /** See {@link io.aggr.encap.Opener#open}. */
    WRITES_NOTHING_REFUSED("Nothing is written when a datagram is refused."),
    /** See {@link io.aggr.encap.EncapsulationTraits#authenticates}. */
    REFUSES_ALTERED("An encapsulation that authenticates refuses a datagram of which one bit is changed."),
    /** See {@link io.aggr.encap.EncapsulationTraits#authenticates}. */
    REFUSES_CUT("An encapsulation that authenticates refuses a datagram that was cut or lengthened."),
    /** See {@link io.aggr.encap.OpenOutcome#REPLAYED}. */
    REFUSES_REPLAYED("An encapsulation that authenticates opens a datagram once."),
    /** See {@link io.aggr.encap.Sealer#seal}. */
    SEALS_WHAT_FITS("A batch without room for all datagrams gets those that fit."),
    /** See {@link io.aggr.encap.HandshakeOutput#reply}. */
    DOES_NOT_AMPLIFY("An answer to a stranger is not longer than what it answers."),
    /** See {@link io.aggr.encap.Sealer#remove}. */
    FORGETS("After a peer is removed nothing is sealed for it, and nothing of it opened."),
    /** See {@link io.aggr.encap.Opener}. */
    THROWS_NOTHING("Nothing is thrown, whatever bytes come.");

    private final String promise;

    EncapsulatorRule(String promise) {
        this.promise = promise;
    }

    @Override
    public String id() {
        return "encapsulator/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String promise() {
        return promise;
    }
}
