package io.aggr.internal.frame;

import java.nio.ByteBuffer;
import java.util.Random;

/** Writes well-formed frames with random contents, through the codec. */
final class RandomFrames {

    /** All types that {@link #put} can write. */
    static final FrameType[] CONTROL = {
        FrameType.CHALLENGE,
        FrameType.ANSWER,
        FrameType.PROBE,
        FrameType.FEEDBACK,
        FrameType.LINK,
        FrameType.CLOSE,
        FrameType.MTU,
        FrameType.NACK,
        FrameType.GONE,
        FrameType.IGNORABLE
    };

    private final Random random;
    private final FeedbackWriter feedback = new FeedbackWriter();
    private final GoneWriter gone = new GoneWriter();

    RandomFrames(Random random) {
        this.random = random;
    }

    /** An optional IP frame, up to five control frames, sometimes PAD; or a HELLO. */
    int putDatagram(ByteBuffer buffer, int offset) {
        if (random.nextInt(10) == 0) {
            return put(FrameType.HELLO, buffer, offset);
        }
        int at = offset;
        if (random.nextBoolean()) {
            at += put(FrameType.IP, buffer, at);
        }
        for (int i = random.nextInt(6); i > 0; i--) {
            at += put(CONTROL[random.nextInt(CONTROL.length)], buffer, at);
        }
        if (at == offset || random.nextInt(4) == 0) {
            at += PadFrame.put(buffer, at, 1 + random.nextInt(40));
        }
        return at - offset;
    }

    int put(FrameType type, ByteBuffer buffer, int offset) {
        return switch (type) {
            case IP -> putIp(buffer, offset);
            case HELLO -> putHello(buffer, offset);
            case CHALLENGE -> TokenFrame.putChallenge(buffer, offset, random.nextLong());
            case ANSWER -> TokenFrame.putAnswer(buffer, offset, random.nextLong());
            case PROBE ->
                ProbeFrame.put(
                        buffer,
                        offset,
                        random.nextBoolean(),
                        random.nextInt(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong(),
                        random.nextLong());
            case FEEDBACK -> putFeedback(buffer, offset);
            case LINK ->
                random.nextBoolean()
                        ? LinkFrame.put(buffer, offset, announcement())
                        : LinkFrame.putAck(buffer, offset, random.nextInt(256), random.nextInt(256));
            case CLOSE -> CloseFrame.put(buffer, offset, pick(CloseFrame.Reason.values()));
            case MTU -> MtuFrame.put(buffer, offset, random.nextLong(), random.nextInt(65_536));
            case NACK -> NackFrame.put(buffer, offset, random.nextInt(256), random.nextLong(), random.nextInt());
            case GONE -> putGone(buffer, offset);
            case IGNORABLE -> putIgnorable(buffer, offset);
            case PAD, UNKNOWN -> throw new IllegalArgumentException("cannot write " + type);
        };
    }

    LinkAnnouncement announcement() {
        return new LinkAnnouncement(
                random.nextInt(256),
                random.nextInt(256),
                pick(LinkFrame.State.values()),
                random.nextInt(256),
                random.nextBoolean(),
                random.nextInt(4) == 0 ? 0 : 576 + random.nextInt(65_534 - 576 + 1),
                random.nextLong(1L << 32),
                random.nextLong(1L << 32),
                random.nextLong(1L << 32),
                random.nextLong(1L << 32),
                "ligne été №1 ".repeat(2).substring(0, random.nextInt(20)));
    }

    private <T> T pick(T[] choice) {
        return choice[random.nextInt(choice.length)];
    }

    private int putIp(ByteBuffer buffer, int offset) {
        boolean isV4 = random.nextBoolean();
        int packetBytes = (isV4 ? 20 : 40) + random.nextInt(100);
        int at = offset
                + IpFrame.put(
                        buffer,
                        offset,
                        random.nextInt(256),
                        1 + random.nextLong(Serial.MAX_SEQUENCE),
                        random.nextLong(),
                        random.nextInt(400),
                        random.nextInt(300) - 1,
                        random.nextInt(200_000));
        for (int i = 0; i < packetBytes; i++) {
            buffer.put(at + i, (byte) random.nextInt());
        }
        buffer.put(at, (byte) (isV4 ? 0x45 : 0x60));
        BigEndian.put16(buffer, at + (isV4 ? 2 : 4), isV4 ? packetBytes : packetBytes - 40);
        return IpFrame.HEADER_BYTES + packetBytes;
    }

    private int putHello(ByteBuffer buffer, int offset) {
        byte[] links = new byte[HelloFrame.MAX_LINKS];
        random.nextBytes(links);
        return HelloFrame.put(
                buffer,
                offset,
                pick(HelloFrame.Step.values()),
                random.nextLong() | 1,
                random.nextLong(),
                random.nextInt(),
                links,
                random.nextInt(links.length + 1));
    }

    private int putFeedback(ByteBuffer buffer, int offset) {
        feedback.begin(buffer, offset, FeedbackWriter.MAX_BYTES, random.nextLong(), random.nextInt(65_536));
        for (int i = random.nextInt(FeedbackWriter.MAX_LINKS + 1); i > 0; i--) {
            feedback.addLink(
                    random.nextInt(256),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextInt(70_000),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextLong() >>> random.nextInt(64));
        }
        return feedback.finish();
    }

    private int putGone(ByteBuffer buffer, int offset) {
        gone.begin(buffer, offset, GoneWriter.MAX_BYTES);
        long sequence = 1 + random.nextLong(1L << 47);
        gone.add(sequence, sequence);
        for (int i = random.nextInt(10); i > 0; i--) {
            sequence += 1 + random.nextInt(200);
            long last = sequence + random.nextInt(600);
            gone.add(sequence, last);
            sequence = last;
        }
        return gone.finish();
    }

    private int putIgnorable(ByteBuffer buffer, int offset) {
        int bodyBytes = random.nextInt(30);
        BigEndian.put8(buffer, offset, 0x40 + random.nextInt(0x40));
        BigEndian.put16(buffer, offset + 1, bodyBytes);
        for (int i = 0; i < bodyBytes; i++) {
            BigEndian.put8(buffer, offset + 3 + i, random.nextInt());
        }
        return 3 + bodyBytes;
    }
}
