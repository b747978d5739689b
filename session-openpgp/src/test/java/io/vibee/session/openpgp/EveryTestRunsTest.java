package io.vibee.session.openpgp;

import io.vibee.session.jdbc.testing.EveryTestRuns;

class EveryTestRunsTest extends EveryTestRuns {}
