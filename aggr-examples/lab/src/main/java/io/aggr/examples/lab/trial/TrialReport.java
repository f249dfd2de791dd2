package io.aggr.examples.lab.trial;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a trial has shown.
 *
 * @param trial its name
 * @param setting lines, encapsulation and so on, in one sentence
 * @param findings in the order of the trial
 * @param isValid whether the machine was fast enough for the figures to count
 */
public record TrialReport(String trial, String setting, List<Finding> findings, boolean isValid) {

    /** Checks the parts and copies the list. */
    public TrialReport {
        Objects.requireNonNull(trial, "trial");
        Objects.requireNonNull(setting, "setting");
        findings = List.copyOf(findings);
    }

    /**
     * Whether all that is demanded is there.
     *
     * @return false if something is missed
     */
    public boolean isMet() {
        return findings.stream().allMatch(Finding::isMet);
    }

    /**
     * For people.
     *
     * @return some lines, each with its end
     */
    public String text() {
        int what = findings.stream().mapToInt(f -> f.what().length()).max().orElse(0);
        int measured = findings.stream()
                .filter(f -> !f.required().isEmpty())
                .mapToInt(f -> f.measured().length())
                .max()
                .orElse(0);
        String form = "  %-" + Math.max(1, what) + "s  %-" + Math.max(1, measured) + "s";
        StringBuilder text = new StringBuilder();
        text.append(trial).append(": ").append(setting).append('\n');
        for (Finding finding : findings) {
            String row = String.format(Locale.ROOT, form, finding.what(), finding.measured());
            if (!finding.required().isEmpty()) {
                row += "  " + (finding.isMet() ? "met" : "missed") + ": " + finding.required();
            }
            text.append(row.stripTrailing()).append('\n');
        }
        String end = !isValid ? "void: the machine was too slow for the emulator" : isMet() ? "met" : "missed";
        return text.append("  ").append(end).append('\n').toString();
    }

    /**
     * For programs.
     *
     * @return a JSON object in one line
     */
    public String json() {
        StringBuilder json = new StringBuilder("{\"trial\":").append(quoted(trial));
        json.append(",\"setting\":").append(quoted(setting));
        json.append(",\"valid\":").append(isValid).append(",\"met\":").append(isMet());
        json.append(",\"findings\":[");
        String comma = "";
        for (Finding finding : findings) {
            json.append(comma).append("{\"what\":").append(quoted(finding.what()));
            json.append(",\"measured\":").append(quoted(finding.measured()));
            if (!finding.required().isEmpty()) {
                json.append(",\"required\":").append(quoted(finding.required()));
                json.append(",\"met\":").append(finding.isMet());
            }
            json.append('}');
            comma = ",";
        }
        return json.append("]}").toString();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
