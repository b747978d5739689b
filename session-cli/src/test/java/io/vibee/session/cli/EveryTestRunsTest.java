package io.vibee.session.cli;

import io.vibee.session.jdbc.testing.EveryTestRuns;

class EveryTestRunsTest extends EveryTestRuns {}
