/** For findings that several symbols in one file often cause. */
const ONE_FILE_A_SYMBOL = 'several tickers in one file? Split it into one file per symbol';

/** What to do about each finding: the flag, file or command that fixes it. */
const REMEDIES: Readonly<Record<string, string>> = {
  ambiguous_files: 'remove one of the two, or point --bars at a folder that holds one of them',
  unreadable_file: 'let the user who runs the workers read the file (chmod), or remove it',
  empty_file: 'get the file again, or remove it: the symbol then has no bars and is skipped',
  bad_header:
    'name the columns timestamp,open,high,low,close,volume (any order), or choose the format: --format NAME',
  no_rows: 'get the file again, or remove it',
  bad_row: 'correct or remove the line, or get the file again',
  bad_timestamp: 'write dates as YYYY-MM-DD, times as YYYY-MM-DDTHH:MM in Indian time',
  ambiguous_dates: 'say which it is: --date-format dmy or --date-format mdy',
  ambiguous_numbers: 'write numbers with a decimal point and without thousands commas',
  incomplete_rows: 'get the file again, or complete the lines',
  start_stamps: 'leave out --stamps end',
  end_stamps: 'say so: --stamps start or --stamps end. If only some days are: take all files from one source',
  other_timezone: 'write times in Indian time, or with their offset',
  other_interval: 'choose the interval that the bars have: --interval 1day or --interval 5minute',
  wrong_symbol: ONE_FILE_A_SYMBOL,
  former_symbol: 'nothing, if both are the same company; otherwise move the file of the former symbol away',
  doubled_bars: 'nothing: each bar is used once',
  conflicting_bars: `remove the wrong one; ${ONE_FILE_A_SYMBOL}`,
  duplicate_bar: `remove one of the two; ${ONE_FILE_A_SYMBOL}`,
  out_of_order: `sort the file by time, oldest first; ${ONE_FILE_A_SYMBOL}`,
  not_a_number: 'correct or remove the bar, or get the file again',
  not_positive: 'correct or remove the bar, or get the file again',
  ohlc_inconsistent: 'correct the bar, or get the file from another source',
  wild_range: 'compare with a second source: --cross-check DIR',
  zero_volume: 'get the bars from a source that has the traded volume',
  rounded_prices: 'compare with a second source: --cross-check DIR',
  volume_step: 'convert all volumes to shares. If prices are adjusted but volumes are not: --adjust none',
  not_a_session: 'are day and month swapped, or times in UTC? Write YYYY-MM-DD in Indian time',
  outside_range: 'choose --from and --to that the bars cover',
  outside_hours: 'write times in Indian time: a session starts at 09:15',
  missing_sessions: 'get the missing days, or choose --from and --to that the bars cover',
  thin_sessions: 'get the missing bars',
  unexplained_jump:
    'gurukul actions check with the same flags names the likely split or bonus, and the command that adds it',
  action_does_not_fit:
    'gurukul actions check compares the list with the bars. If all of them are adjusted already: --adjust none',
  adjusted_already:
    'nothing, if the bars are adjusted. If they are as traded, the date may be wrong: gurukul actions check',
  action_not_applied: 'if the bars are as traded: --adjust splits',
  unclear_adjustment: 'say it: --adjust splits if the bars are as traded, --adjust none if they are adjusted',
  adjustment_mix: 'take all bars from one source. If all of them are adjusted: --adjust none',
  stale_tail: 'remove these bars, or end before them: --to DATE',
  starts_late: 'add the bars under its former symbol, or choose a later --from',
  ends_early:
    'was it renamed? Add the bars under its new symbol, or leave it out with --symbols or --universe',
  equal_series:
    'replace the file that holds the other company, or leave one out with --symbols or --universe',
  twin_series: 'replace the file that holds the other company, or leave one out with --symbols or --universe',
  sources_disagree: 'find out which source is right, and replace the other file',
  no_provider_code: 'run gurukul symbols refresh, or add a column isec_code to the universe: --universe FILE',
  doubtful_row:
    'nothing: the next ingest asks for that day again. If it stays so, take the bars from another source',
  not_fetched: 'fetch again: gurukul ingest with the same flags, without --offline',
  sessions_missing: 'complete the bars, or choose --from and --to that they cover',
  exclusion_lifted: 'if you do not want it, leave it out with --symbols or another --universe',
};

/** What to do about a finding, for a person; undefined if nothing needs to be done. @param code Of the finding. */
export function findingRemedy(code: string): string | undefined {
  return REMEDIES[code];
}
