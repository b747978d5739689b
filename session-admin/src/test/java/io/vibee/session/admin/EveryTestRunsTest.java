package io.vibee.session.admin;

import io.vibee.session.jdbc.testing.EveryTestRuns;

class EveryTestRunsTest extends EveryTestRuns {}
