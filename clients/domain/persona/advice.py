"""What to do and what not to do in the next talk, per persona: codes here, sentences in clients.labels.

The limits come first: hot topics may not be used to raise trading (证券经纪人管理暂行规定 Art. 13 (2)); the persona never
widens what the risk level allows.
"""

DO = {
    "PP": ("safety_first", "family_and_goals", "small_steps", "calm_words"),
    "FF": ("simple_facts", "spread_risk", "written_plan", "ask_back"),
    "II": ("regular_data", "listen_first", "let_decide", "alternatives"),
    "AA": ("lead_with_expertise", "limits_and_budget", "net_effect", "be_punctual"),
    "mixed": ("ask_goals", "listen_first"),
    "": ("ask_goals", "fill_questionnaire"),
}
DONT = {
    "PP": ("volatility_detail", "time_pressure"),
    "FF": ("hot_topics", "take_yes_for_yes"),
    "II": ("argue", "herd_argument"),
    "AA": ("flatter", "lend_to_chase"),
    "mixed": ("assume_type",),
    "": ("assume_type",),
}
#: Stands under every list.
ALWAYS = ("never_above_risk_level", "never_promise", "never_induce_trades")
