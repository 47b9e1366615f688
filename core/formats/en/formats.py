"""English as the three organizations write it: "25 November 2020", "14:00", "1,787"."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i T"
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
