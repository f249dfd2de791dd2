package io.aggr.internal.noise;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the handshake keeps of one peer. Belongs to the handshake's thread. */
final class NoisePeer {

    private static final long COOKIE_LIFE_NANOS = 120_000_000_000L;
    private static final long CROSSING_NANOS = 5_000_000_000L;
    private static final int MOST_COOKIES = 64;

    final int number;
    final String name;
    final byte[] publicKey;
    final Secret psk;
    final Secret shared;
    final byte[] mac1Key;
    final byte[] cookieKey;

    /** This end's part of the name of the association; another one begins a new association. */
    long ownId;

    final PeerPresence presence = new PeerPresence();
    final PeerSessions sessions;
    final StampFilter stamps = new StampFilter();
    final AssociationWatch associations = new AssociationWatch();

    /** Numbers of the lines that lead to the peer, as they were last seen. */
    int[] lines = {};

    /** The INIT that is under way. */
    @Nullable
    Attempt attempt;

    /** The core has asked for a session and has not got it yet. */
    boolean asked;

    /** When the next attempt may begin; counts only if {@link #hasTried}. */
    long nextAttemptNanos;

    boolean hasTried;

    /** Attempts without an answer, in a row. */
    int unanswered;

    /** When the present session is to be followed by another. */
    long renewNanos;

    /** The session that {@link #renewNanos} is of. */
    @Nullable
    NoiseSession renewOf;

    /** When the present session was last handed to the core. */
    long handedOverNanos;

    /** The association that this end was in last; 0 before the first. */
    long knownAssociation;

    /** When something is due, as {@link PeerDeadlines} knows it; counts only if {@link #hasDeadline}. */
    long dueNanos;

    boolean hasDeadline;

    /** Something has happened since the deadline was looked up. */
    boolean touched;

    private final Map<Integer, Cookie> cookies = new HashMap<>();
    private long serials;

    private static final class Cookie {
        private final byte[] bytes;
        private final long atNanos;

        Cookie(byte[] bytes, long atNanos) {
            this.bytes = bytes;
            this.atNanos = atNanos;
        }
    }

    NoisePeer(int number, String name, byte[] publicKey, Secret psk, Secret shared, long ownId, SessionTable table) {
        this.number = number;
        this.name = name;
        this.publicKey = publicKey.clone();
        this.psk = psk;
        this.shared = shared;
        this.ownId = ownId;
        mac1Key = HandshakeMacs.mac1Key(publicKey);
        cookieKey = Cookies.replyKey(publicKey);
        sessions = new PeerSessions(table);
    }

    /** Serial of a session that this end asks for. Even, so that there is room on either side for one that the peer asks for meanwhile. */
    long nextSerial() {
        serials += 2;
        return serials;
    }

    /**
     * Serial of a session that the peer asks for. If this end has asked at the same time, the session asked for by the end with the lower public
     * key is the one that both send with.
     */
    long answerSerial(boolean ownKeyIsLower, long association, long nowNanos) {
        NoiseSession current = sessions.current();
        long crossed;
        if (attempt != null) {
            crossed = attempt.serial;
        } else if (current != null
                && current.isInitiator()
                && current.association() == association
                && nowNanos - current.createdNanos() < CROSSING_NANOS) {
            // Its answer was faster than the peer's INIT.
            crossed = current.serial();
        } else {
            return nextSerial();
        }
        return ownKeyIsLower ? crossed - 1 : crossed + 1;
    }

    /** A cookie has come over a local link. Returns whether it is another one than before. */
    boolean keepCookie(int localLink, byte[] cookie, long nowNanos) {
        if (cookies.size() >= MOST_COOKIES && !cookies.containsKey(localLink)) {
            cookies.clear();
        }
        Cookie old = cookies.put(localLink, new Cookie(cookie, nowNanos));
        return old == null || !Arrays.equals(old.bytes, cookie);
    }

    /** The cookie for what goes out over a local link, or null. */
    byte @Nullable [] cookie(int localLink, long nowNanos) {
        Cookie cookie = cookies.get(localLink);
        return cookie == null || nowNanos - cookie.atNanos >= COOKIE_LIFE_NANOS ? null : cookie.bytes;
    }

    /** Ends everything and overwrites the keys. */
    void wipe() {
        sessions.clear();
        if (attempt != null) {
            attempt.wipe();
            attempt = null;
        }
        psk.wipe();
        shared.wipe();
    }

    @Override
    public String toString() {
        return "NoisePeer(" + name + ")";
    }
}
