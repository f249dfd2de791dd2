package io.aggr.examples.daemon.log;

import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * Writes each event as one line: UTC time, level, thread of the bond if it is one, message. An exception is a phrase at the end of the line; its
 * stack trace follows at level debug only.
 */
final class LineLogger extends LegacyAbstractLogger {

    private static final long serialVersionUID = 1L;

    LineLogger(String name) {
        this.name = name;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable cause) {
        String message = arguments == null ? pattern : MessageFormatter.basicArrayFormat(pattern, arguments);
        write(System.err, level, System.currentTimeMillis(), message, cause);
    }

    /** One call to {@code println}, so that lines of two threads do not mix. */
    static void write(PrintStream out, Level level, long epochMillis, String message, @Nullable Throwable cause) {
        StringBuilder line = new StringBuilder(120);
        appendTime(line, epochMillis);
        line.append(' ').append(level);
        // Names are 4 or 5 letters long; messages begin in one column.
        line.append(level.name().length() == 4 ? "  " : " ");
        append(line, message);
        if (cause != null) {
            line.append(": ");
            append(line, describe(cause));
        }
        out.println(line);
        if (cause != null && LogLevel.writesTraces()) {
            cause.printStackTrace(out);
        }
    }

    /** As of ISO 8601, by hand: the JDK's formatters cost a daemon that writes ten lines more to load than to use. */
    private static void appendTime(StringBuilder line, long epochMillis) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(Math.floorDiv(epochMillis, 1000L), 0, ZoneOffset.UTC);
        append(line, time.getYear(), 4, '-');
        append(line, time.getMonthValue(), 2, '-');
        append(line, time.getDayOfMonth(), 2, 'T');
        append(line, time.getHour(), 2, ':');
        append(line, time.getMinute(), 2, ':');
        append(line, time.getSecond(), 2, '.');
        append(line, Math.floorMod(epochMillis, 1000), 3, 'Z');
    }

    private static void append(StringBuilder line, int number, int digits, char after) {
        String text = Integer.toString(number);
        line.append("0".repeat(Math.max(0, digits - text.length())))
                .append(text)
                .append(after);
    }

    private static String describe(Throwable cause) {
        String message = cause.getMessage();
        String type = cause.getClass().getSimpleName();
        return message == null || message.isBlank() ? type : type + ": " + message;
    }

    private static void append(StringBuilder line, @Nullable String text) {
        String shown = String.valueOf(text);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isTraceEnabled() {
        return LogLevel.writes(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return LogLevel.writes(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return LogLevel.writes(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return LogLevel.writes(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return LogLevel.writes(Level.ERROR);
    }
}
