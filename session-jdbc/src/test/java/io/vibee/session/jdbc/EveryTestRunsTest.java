package io.vibee.session.jdbc;

import io.vibee.session.jdbc.testing.EveryTestRuns;

class EveryTestRunsTest extends EveryTestRuns {}
