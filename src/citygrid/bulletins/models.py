"""What the reports of the evaluation keep: templates that an office edits, their versions, reports that were made."""
