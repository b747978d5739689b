package io.vibee.session.testkit;

import io.vibee.session.jdbc.testing.EveryTestRuns;

class EveryTestRunsTest extends EveryTestRuns {}
