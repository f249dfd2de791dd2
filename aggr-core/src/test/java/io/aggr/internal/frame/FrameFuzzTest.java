package io.aggr.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;

class FrameFuzzTest {

    private static final int AROUND = 64;

    /** Frames are read in place, so what stands around them must not matter, and none may reach beyond the end. */
    @FuzzTest
    void any_plaintext_is_either_refused_or_made_of_frames_that_end_where_it_ends(byte[] plaintext) {
        FrameVerdict verdict = walk(plaintext, (byte) 0);
        assertThat(walk(plaintext, (byte) 0xFF)).isEqualTo(verdict);
    }

    private static FrameVerdict walk(byte[] plaintext, byte around) {
        ByteBuffer buffer = ByteBuffer.allocate(plaintext.length + 2 * AROUND);
        Arrays.fill(buffer.array(), around);
        buffer.put(AROUND, plaintext);
        FrameCursor cursor = new FrameCursor();
        FrameVerdict verdict = cursor.begin(buffer, AROUND, plaintext.length);
        assertThat(FrameCheck.check(buffer, AROUND, plaintext.length)).isEqualTo(verdict);
        if (verdict == FrameVerdict.OK) {
            int end = AROUND;
            if (cursor.hasIp()) {
                end = cursor.ip().packetOffset() + cursor.ip().packetBytes();
            }
            while (cursor.next()) {
                assertThat(cursor.offset()).isGreaterThanOrEqualTo(end);
                assertThat(cursor.lengthBytes()).isPositive();
                end = cursor.offset() + cursor.lengthBytes();
            }
            assertThat(end).isLessThanOrEqualTo(AROUND + plaintext.length);
        }
        return verdict;
    }
}
