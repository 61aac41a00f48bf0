//! `check`: read, judge, report, mend.
