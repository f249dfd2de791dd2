package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.LabBond;
import io.aggr.examples.lab.LabOptions;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** Something that a bond has to bear, tried with two daemons in a lab of its own. */
public interface Trial {

    /**
     * Builds a lab, lets it happen, and takes the lab down.
     *
     * @param options how labs are run, with a daemon
     * @param bonds refines the bond, which encrypts: scheduler, whether rates are told
     * @return what it has shown
     * @throws IOException if something fails that is not part of the trial
     */
    TrialReport run(LabOptions options, UnaryOperator<LabBond> bonds) throws IOException;
}
