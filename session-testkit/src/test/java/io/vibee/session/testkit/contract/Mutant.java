package io.vibee.session.testkit.contract;

import io.vibee.session.Activity;
import io.vibee.session.testkit.memory.InMemorySessionStore;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Mistakes that somebody who writes a store could make, each with the test that finds it. */
@SuppressWarnings("ImmutableEnumChecker") // the functions make stores, and hold nothing
enum Mutant {
  NONE(Mutated.Sessions.class, "", ForwardingStore::new),
  IGNORES_CASE(Mutated.Sessions.class, "comparesIdsExactly", WrongReads.IgnoresCase::new),
  IGNORES_TRAILING_BLANKS(
      Mutated.Sessions.class, "comparesIdsExactly", WrongReads.IgnoresTrailingBlanks::new),
  ENCODES_LONE_SURROGATES_AS_QUESTION_MARKS(
      Mutated.Sessions.class,
      "findsNothingByIdsThatCannotExist",
      WrongReads.EncodesLoneSurrogatesAsQuestionMarks::new),
  FINDS_ACTIVE_ONLY(
      Mutated.Sessions.class, "findsInactiveSessionsToo", WrongReads.FindsActiveOnly::new),
  HIDES_UNREADABLE(
      Mutated.Unreadable.class, "aFindThrowsAndFindsTheOthers", WrongReads.HidesUnreadable::new),
  STREAMS_BY_USER_ID(
      Mutated.Sessions.class, "streamsInTheOrderOfAdding", WrongReads.StreamsByUserId::new),
  STREAMS_INACTIVE(
      Mutated.Sessions.class, "streamsActiveSessionsOnly", WrongReads.StreamsInactive::new),
  LOSES_A_SESSION_BETWEEN_PAGES(
      Mutated.Sessions.class,
      "handsOverEachOfManySessionsOnce",
      WrongReads.LosesASessionBetweenPages::new),
  SWALLOWS_WHAT_CONSUMERS_THROW(
      Mutated.Sessions.class,
      "anExceptionFromAConsumerEndsTheStreamUnchanged",
      WrongReads.SwallowsWhatConsumersThrow::new),
  WRAPS_WHAT_CONSUMERS_THROW(
      Mutated.Sessions.class,
      "anExceptionFromAConsumerEndsTheStreamUnchanged",
      WrongReads.WrapsWhatConsumersThrow::new),
  STREAMS_ON_ANOTHER_THREAD(
      Mutated.Sessions.class,
      "callsConsumersOnTheCallingThread",
      WrongReads.StreamsOnAnotherThread::new),
  REFUSES_WRITES_WHILE_IT_STREAMS(
      Mutated.Sessions.class,
      "aConsumerHoldsUpNobody",
      WrongReads.RefusesWritesWhileItStreams::new),
  STREAMS_AS_OFTEN_AS_NAMED(
      Mutated.Sessions.class,
      "streamsTheSessionsThatAreNamedOnceEach",
      WrongReads.StreamsAsOftenAsNamed::new),
  HIDES_UNREADABLE_THAT_ARE_NAMED(
      Mutated.Unreadable.class,
      "aStreamOfThoseThatAreNamedReportsItAndContinues",
      WrongReads.HidesUnreadableThatAreNamed::new),
  STOPS_AT_THE_FIRST_UNREADABLE(
      Mutated.Unreadable.class,
      "aStreamReportsItInItsPlaceAndContinues",
      WrongReads.StopsAtTheFirstUnreadable::new),
  REPORTS_UNREADABLE_LAST(
      Mutated.Unreadable.class,
      "aStreamReportsItInItsPlaceAndContinues",
      WrongReads.ReportsUnreadableLast::new),
  REPEATS_THE_LAST_OF_A_PAGE(
      Mutated.Managed.class, "listsPageByPage", WrongReads.RepeatsTheLastOfAPage::new),
  LOSES_TARGET_CHATS(
      Mutated.Sessions.class,
      "givesBackEveryValueThatWasSaved",
      s -> new WrongWrites.SavesOtherValues(s, b -> b.targetChats(List.of()))),
  CUTS_TEXTS_OFF(
      Mutated.Sessions.class,
      "keepsTextsOfTheGreatestLength",
      s -> new WrongWrites.SavesOtherTexts(s, Mutant::cutOff)),
  STRIPS_CHARACTERS_OUTSIDE_THE_BASIC_PLANE(
      Mutated.Sessions.class,
      "keepsCharactersOutsideTheBasicPlaneOfTheGreatestLength",
      s -> new WrongWrites.SavesOtherTexts(s, Mutant::basicPlane)),
  STORES_EMPTY_TEXTS_AS_NULL(
      Mutated.Sessions.class,
      "distinguishesAnEmptyTextFromNull",
      s -> new WrongWrites.SavesOtherTexts(s, text -> "".equals(text) ? null : text)),
  LOGS_EVERY_SAVE(
      Mutated.Sessions.class, "savingTheSameValuesChangesNothing", WrongWrites.LogsEverySave::new),
  CALLS_EVERY_SAVE_AN_UPDATE(
      Mutated.Sessions.class,
      "savingTheSameValuesChangesNothing",
      WrongWrites.CallsEverySaveAnUpdate::new),
  GIVES_BACK_THE_LAST_SEEN_OF_A_COPY(
      Mutated.Sessions.class,
      "savingLeavesLastSeenAsItIs",
      WrongWrites.GivesBackTheLastSeenOfACopy::new),
  KEEPS_DEACTIVATED_ONES_INACTIVE(
      Mutated.Sessions.class,
      "aCopyThatWasReadEarlierUndoesWhatChangedSince",
      WrongWrites.KeepsDeactivatedOnesInactive::new),
  TAKES_SESSION_IDS_FROM_OTHERS(
      Mutated.Sessions.class,
      "refusesTheSessionIdOfAnotherUserAndChangesNothing",
      WrongWrites.TakesSessionIdsFromOthers::new),
  TELLS_THE_HASH_OF_A_CONFLICT(
      Mutated.Sessions.class,
      "refusesTheSessionIdOfAnotherUserAndChangesNothing",
      WrongWrites.TellsTheHashOfAConflict::new),
  LOOKS_BEFORE_IT_SAVES(
      Mutated.Sessions.class,
      "firstSavesOfOneSessionAtOnceAddItOnce",
      WrongWrites.LooksBeforeItSaves::new),
  LOOKS_BEFORE_IT_TELLS(
      Mutated.Sessions.class,
      "ofSavesOfOneChangeAtOnceOneTellsIt",
      WrongWrites.LooksBeforeItTells::new),
  PASSES_OVER_UNKNOWN_IDS(
      Mutated.Sessions.class,
      "refusesToDeactivateUnknownSessions",
      WrongWrites.PassesOverUnknownIds::new),
  LOOKS_BEFORE_IT_DEACTIVATES(
      Mutated.Sessions.class,
      "aChangeAndADeletionAtOnceHappenOneAfterTheOther",
      WrongWrites.LooksBeforeItDeactivates::new),
  TOUCH_IS_AN_UPDATE(
      Mutated.Sessions.class, "touchSetsLastSeenAndNothingElse", WrongReports.TouchIsAnUpdate::new),
  REPORT_NAMES_ITS_ARGUMENTS(
      Mutated.Sessions.class,
      "touchCountsTheSessionsThatExist",
      WrongReports.ReportNamesItsArguments::new),
  LOGS_A_LOGIN_EACH_TIME(
      Mutated.Sessions.class,
      "aReportOfWhatIsKnownAlreadyIsATouch",
      WrongReports.LogsALoginEachTime::new),
  THE_FIRST_REPORT_COUNTS(
      Mutated.Sessions.class,
      "theLastOfSeveralReportsOfASessionCounts",
      WrongReports.TheFirstReportCounts::new),
  CLOSE_DOES_NOTHING(
      Mutated.Sessions.class, "refusesEveryCallAfterClose", WrongWrites.CloseDoesNothing::new),
  REPEATS_THE_LAST_ENTRY_OF_A_PAGE(
      Mutated.Sessions.class,
      "readsTheLogPageByPage",
      s ->
          new WrongLogs.ReadsOtherEntries(
              s, q -> q.before().isEmpty() ? q : q.before(q.before().getAsLong() + 1))),
  READS_THE_OLDEST_FIRST(
      Mutated.Sessions.class, "readsTheLogNewestFirst", WrongLogs.ReadsTheOldestFirst::new),
  IGNORES_CASE_IN_THE_LOG(
      Mutated.Sessions.class, "readsTheLogOfOneSessionOnly", WrongLogs.IgnoresCaseInTheLog::new),
  GIVES_ITS_OWN_LIST(
      Mutated.Sessions.class, "returnsUnmodifiableLists", WrongLogs.GivesItsOwnList::new),
  DELETES_THE_LOG_WITH_ITS_SESSION(
      Mutated.Sessions.class,
      "theLogOutlivesTheSession",
      WrongLogs.DeletesTheLogWithItsSession::new),
  DOES_NOT_LOG_ERRORS(
      Mutated.Sessions.class,
      "reportsAnErrorEachTime",
      s -> new WrongLogs.DoesNotLog(s, Activity.ERROR)),
  DOES_NOT_LOG_KEY_CHANGES(
      Mutated.Keys.class, "logsKeyChanges", s -> new WrongLogs.DoesNotLog(s, Activity.KEY_CHANGED)),
  KEEPS_DETAILS_AS_TEXTS(
      Mutated.Sessions.class, "keepsNestedListsAndMaps", WrongLogs.KeepsDetailsAsTexts::new),
  PASSES_OVER_DETAILS_THAT_ARE_TOO_LONG(
      Mutated.Sessions.class,
      "refusesWhatIsTooLong",
      WrongLogs.PassesOverDetailsThatAreTooLong::new),
  CUTS_TYPES_OFF(
      Mutated.Sessions.class, "refusesTypesThatBreakTheLimits", WrongLogs.CutsTypesOff::new),
  FORGETS_THE_ACTOR(
      Mutated.Managed.class, "theLogNamesTheActorOfEveryChange", WrongLogs.ForgetsTheActor::new),
  COUNTS_TAMPERING_AS_NO_ERROR(
      Mutated.Managed.class, "countsTamperingAsErrors", WrongLogs.CountsTamperingAsNoError::new),
  COUNTS_WHOLE_SECONDS(
      Mutated.Managed.class,
      "countsInSpansOfFractionsOfASecond",
      WrongLogs.CountsWholeSeconds::new),
  KEEPS_TIMES_IN_MILLISECONDS(
      Mutated.Sessions.class,
      "timesAreInMicroseconds",
      s -> new WrongTimes(s, time -> time.truncatedTo(ChronoUnit.MILLIS))),
  READS_TIMES_AS_LOCAL_ONES(
      Mutated.Sessions.class,
      "timesDoNotDependOnTheDefaultTimeZone",
      s -> new WrongTimes(s, WrongTimes::asLocalTime)),
  CLEARS_WHAT_AN_EDIT_DOES_NOT_NAME(
      Mutated.Managed.class,
      "anEditChangesOnlyTheValueThatItNames",
      WrongEdits.ClearsWhatAnEditDoesNotName::new),
  IGNORES_THE_EXPECTED_REVISION(
      Mutated.Managed.class,
      "anEditOfAnotherRevisionIsRefusedAndChangesNothing",
      WrongEdits.IgnoresTheExpectedRevision::new),
  READS_CHANGES_AND_SAVES(
      Mutated.Managed.class,
      "editsOfDifferentValuesAtOnceAllLast",
      WrongEdits.ReadsChangesAndSaves::new),
  CALLS_EVERY_EDIT_AN_UPDATE(
      Mutated.Managed.class,
      "anEditOfTheStoredValuesChangesNothing",
      WrongEdits.CallsEveryEditAnUpdate::new),
  STOPS_AT_THE_FIRST_REFUSAL(
      Mutated.Managed.class,
      "anEditThatIsRefusedKeepsNoOtherFromBeingMade",
      WrongEditsOfMany.StopsAtTheFirstRefusal::new),
  HANDS_OVER_REFUSALS_LAST(
      Mutated.Managed.class,
      "anEditThatIsRefusedKeepsNoOtherFromBeingMade",
      WrongEditsOfMany.HandsOverRefusalsLast::new),
  TAKES_ALL_EDITS_FIRST(
      Mutated.Managed.class,
      "takesSomeThousandEditsAtATime",
      WrongEditsOfMany.TakesAllEditsFirst::new),
  MAKES_EDITS_BY_USER_ID(
      Mutated.Managed.class,
      "makesAnyNumberOfEditsInTheirOrder",
      WrongEditsOfMany.MakesEditsByUserId::new),
  MAKES_ONE_EDIT_FOR_EACH_USER(
      Mutated.Managed.class,
      "whatAnEditStoresTheNextOnesFind",
      WrongEditsOfMany.MakesOneEditForEachUser::new),
  SETTLES_EDITS_ON_ANOTHER_THREAD(
      Mutated.Managed.class,
      "consumersOfEditsRunOnTheCallingThreadAndMayCallTheStore",
      WrongEditsOfMany.SettlesEditsOnAnotherThread::new),
  MAKES_MANY_EDITS_IN_NOBODYS_NAME(
      Mutated.Managed.class, "theLogNamesTheActorOfManyEdits", WrongEditsOfMany.InNobodysName::new),
  COUNTS_INACTIVE_ONES_AS_UNAUTHORIZED(
      Mutated.Managed.class,
      "countsSessionsByState",
      WrongEdits.CountsInactiveOnesAsUnauthorized::new),
  PRUNES_KEYS_IN_USE(
      Mutated.Keys.class, "refusesToPruneAKeyThatASessionNeeds", WrongEdits.PrunesKeysInUse::new),
  ROTATION_IS_AN_UPDATE(
      Mutated.Keys.class,
      "rotationDoesNotCountAsAChangeOfASession",
      WrongEdits.RotationIsAnUpdate::new),
  CANNOT_BE_CANCELLED(
      Mutated.Keys.class, "aCancelledRotationResumesLater", WrongEdits.CannotBeCancelled::new),
  ASKS_THE_STORE_INSIDE_ALONE(
      Mutated.Sessions.class,
      "tellsTheAbilitiesOfItsClass",
      WrongAbilities.AsksTheStoreInsideAlone::new),
  FORGETS_THAT_IT_ROTATES_KEYS(
      Mutated.Sessions.class,
      "tellsTheAbilitiesOfItsClass",
      WrongAbilities.ForgetsThatItRotatesKeys::new),
  OPENS_ANOTHER_STORE(
      Mutated.Sessions.class,
      "anAbilityWorksOnTheSameSessions",
      WrongAbilities.OpensAnotherStore::new),
  SAYS_THAT_IT_ONLY_READS(
      Mutated.Sessions.class,
      "doesNotOnlyReadIfItTakesChanges",
      WrongAbilities.SaysThatItOnlyReads::new),
  CHECKS_ITSELF_FIRST(
      Mutated.Sessions.class,
      "tellsItsAbilitiesAfterCloseToo",
      WrongAbilities.ChecksItselfFirst::new),
  ROTATES_IN_NOBODYS_NAME(
      Mutated.Managed.class,
      "aViewHasTheAbilitiesOfItsStore",
      WrongAbilities.RotatesInNobodysName::new),
  GIVES_AN_AGENTS_ID_AGAIN(
      Mutated.Leases.class,
      "givesEachAgentAnIdOfItsOwn",
      s -> new WrongLeases(s, WrongLeases.GivesAnIdAgain::new)),
  REVIVES_WHO_HAS_ENDED(
      Mutated.Leases.class,
      "aBeatOfOneWhoHasEndedShowsNothing",
      s -> new WrongLeases(s, WrongLeases.RevivesWhoHasEnded::new)),
  ENDS_WITHOUT_COMPARING_BEATS(
      Mutated.Leases.class,
      "endsOnlyWhoHasNotBeatenSince",
      s -> new WrongLeases(s, WrongLeases.EndsWithoutComparingBeats::new)),
  SHOWS_OTHERS_ALONE(
      Mutated.Leases.class,
      "aBeatShowsAllAgentsThatLive",
      s -> new WrongLeases(s, WrongLeases.ShowsOthersAlone::new)),
  CLAIMS_ON_ANY_TIMELINE(
      Mutated.Leases.class,
      "refusesThoseWhoKnowAnotherTimeline",
      s -> new WrongLeases(s, WrongLeases.ClaimsOnAnyTimeline::new)),
  CLAIMS_NOTHING_FOR_WHO_HAS_ENDED(
      Mutated.Leases.class,
      "whoHasEndedClaimsAndHoldsNothing",
      s -> new WrongLeases(s, WrongLeases.ClaimsNothingForWhoHasEnded::new)),
  CLAIMS_MORE_THAN_IT_IS_ASKED_FOR(
      Mutated.Leases.class,
      "claimsNoMoreThanIsAskedFor",
      s -> new WrongLeases(s, WrongLeases.ClaimsMore::new)),
  GIVES_A_TOKEN_AGAIN(
      Mutated.Leases.class,
      "tokensOnlyGrow",
      s -> new WrongLeases(s, WrongLeases.GivesTheSameToken::new)),
  FORGETS_THE_COOL_DOWN(
      Mutated.Leases.class,
      "nobodyClaimsWhatCoolsDown",
      s -> new WrongLeases(s, WrongLeases.ForgetsTheCoolDown::new)),
  RELEASES_UNDER_ANY_TOKEN(
      Mutated.Leases.class,
      "aReleaseThatComesLateDoesNoHarm",
      s -> new WrongLeases(s, WrongLeases.ReleasesUnderAnyToken::new)),
  HIDES_WHAT_IS_DELETED(
      Mutated.Leases.class,
      "aHolderKeepsWhatIsDeactivatedOrDeleted",
      s -> new WrongLeases(s, WrongLeases.HidesTheDeleted::new)),
  LISTS_IN_THE_ORDER_OF_THE_QUESTION(
      Mutated.Leases.class,
      "tellsOfSomeSessions",
      s -> new WrongLeases(s, WrongLeases.ListsInTheOrderOfTheQuestion::new)),
  QUARANTINES_UNDER_ANY_TOKEN(
      Mutated.Leases.class,
      "nobodyClaimsWhatWasQuarantined",
      s -> new WrongLeases(s, WrongLeases.QuarantinesUnderAnyToken::new)),
  COUNTS_WHAT_MAY_NOT_BE_CLAIMED(
      Mutated.Leases.class,
      "countsWhatIsToBeShared",
      s -> new WrongLeases(s, WrongLeases.CountsWhatMayNotBeClaimed::new)),
  ENDS_WITH_WHAT_IS_CONNECTED(
      Mutated.Leases.class,
      "staysWithWhatMayStillBeConnected",
      s -> new WrongLeases(s, WrongLeases.EndsWithWhatIsConnected::new)),
  STARTS_WHAT_IS_QUARANTINED(
      Mutated.Leases.class,
      "tellsWhatNobodyElseMayStart",
      s -> new WrongLeases(s, WrongLeases.ForgetsQuarantine::new)),
  FORGETS_WHY_IT_WAS_STOPPED(
      Mutated.Leases.class,
      "nobodyClaimsWhileTheFleetIsStopped",
      s -> new WrongLeases(s, WrongLeases.ForgetsWhyItWasStopped::new)),
  COUNTS_WHAT_RUNS_ALONE(
      Mutated.Leases.class,
      "tellsWhoHoldsWhat",
      s -> new WrongLeases(s, WrongLeases.CountsWhatRunsAlone::new)),
  WRITES_UNDER_LOST_LEASES(
      Mutated.Leases.class,
      "aViewRefusesChangesOnceALeaseIsLost",
      s -> new WrongLeases(s, WrongLeases.WritesUnderLostLeases::new)),
  BLAMES_THE_INNOCENT(
      Mutated.Leases.class,
      "noDeathIsBlamedOnWhatItsHolderWasSteadyWith",
      s -> new WrongLeases(s, WrongHealth.BlamesTheInnocent::new)),
  BLAMES_NO_SESSION(
      Mutated.Leases.class,
      "threeDeathsSoonAfterTheClaimQuarantine",
      s -> new WrongLeases(s, WrongHealth.BlamesNobody::new)),
  GIVES_MORE_BESIDE_SUSPECTS(
      Mutated.Leases.class,
      "whoHoldsASuspectGetsNothingUntilItIsSteady",
      s -> new WrongLeases(s, WrongHealth.GivesMoreBesideSuspects::new)),
  CLAIMS_ANY_FOR_A_NAME(
      Mutated.Leases.class,
      "claimsOneSessionByItsName",
      s -> new WrongLeases(s, WrongHealth.ClaimsAnyForAName::new)),
  FORGETS_REFUSALS(
      Mutated.Leases.class,
      "beatsTellHowManyTheirHoldersRefused",
      s -> new WrongLeases(s, WrongHealth.ForgetsRefusals::new)),
  FORGETS_WHAT_IS_AWAITED(
      Mutated.Leases.class,
      "beatsTellWhatTheAgentAwaits",
      s -> new WrongLeases(s, WrongHealth.ForgetsWhatIsAwaited::new)),
  LISTS_THE_LIVING_ALONE(
      Mutated.Leases.class,
      "listsTheAgents",
      s -> new WrongLeases(s, WrongHealth.ListsTheLivingAlone::new)),
  BEATS_ON_AFTER_CLOSE(
      Mutated.Leases.class,
      "signsOfLifeHaveAConnectionOfTheirOwn",
      s -> new WrongLeases(s, WrongHealth.BeatsOnAfterClose::new)),
  TELLS_THE_LAST_CHANGE_AGAIN(
      Mutated.Feed.class, "tellsEachChangeOnceInTheOrderOfTheLog", WrongFeeds.TellsTwice::new),
  GOES_ON_IN_ANOTHER_WORLD(
      Mutated.Feed.class, "tellsToReadAllInAnotherWorld", WrongFeeds.GoesOnInAnotherWorld::new),
  FORGETS_EARLIER_IDS(
      Mutated.Feed.class, "tellsTheIdThatASessionHadBefore", WrongFeeds.ForgetsEarlierIds::new),
  STARTS_AT_THE_BEGINNING(
      Mutated.Feed.class, "tellsNothingOfWhatWasBefore", WrongFeeds.StartsAtTheBeginning::new);

  private final Class<?> contract;
  private final String test;
  private final Function<InMemorySessionStore, ForwardingStore> mistake;

  Mutant(Class<?> contract, String test, Function<InMemorySessionStore, ForwardingStore> mistake) {
    this.contract = contract;
    this.test = test;
    this.mistake = mistake;
  }

  /** Returns the contract that this mistake breaks. */
  Class<?> contract() {
    return contract;
  }

  /** Names the test of that contract that fails. */
  String test() {
    return test;
  }

  ForwardingStore createStore() {
    return mistake.apply(new InMemorySessionStore());
  }

  private static @Nullable String cutOff(@Nullable String text) {
    return text == null ? null : text.substring(0, Math.min(48, text.length()));
  }

  private static @Nullable String basicPlane(@Nullable String text) {
    return text == null ? null : text.replaceAll("[^\\x{0}-\\x{ffff}]", "");
  }
}
