"""Several people, one workbook: every edit is kept or stands on 冲突, whoever saved last."""
