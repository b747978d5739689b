/**
 * The encrypted backup: its format, and how sessions get into a file and back into a store. {@link
 * io.vibee.session.cli.backup.BackupExport} writes one, {@link
 * io.vibee.session.cli.backup.BackupReader} reads one, {@link
 * io.vibee.session.cli.backup.SessionImport} stores what was read. Knows no command.
 */
@NullMarked
package io.vibee.session.cli.backup;

import org.jspecify.annotations.NullMarked;
